/**
 * Lines against a size. Below them stand the sizes that were measured and no others.
 */
import type { CustomSeriesRenderItem, EChartsOption, SeriesOption } from "echarts";
import type { LinePlot } from "./plot.ts";
import {
  type Drawing,
  COLORS,
  LETTERS,
  colorsOf,
  figureText,
  spreadOf,
  valueAxis,
  whisker,
} from "./plot-style.ts";

const HEIGHT_PX = 320;
/** At both ends, as a share of all there is: a figure stands in the middle above its point. */
const MARGIN = 0.08;

/** @param topPx where the head of the picture ends */
export function drawLines(plot: LinePlot, isLogarithmic: boolean, topPx: number): Drawing {
  const sizes = [...new Set(plot.series.flatMap(({ points }) => points.map(({ at }) => at)))];
  const hasLogarithmicSizes = plot.hasLogarithmicSizes === true && sizes.every((size) => size > 0);
  const colorOf = colorsOf(plot.series.map(({ name }) => name));
  const sizeAxis = valueAxis(hasLogarithmicSizes);
  const drawSeries = ({ name, points }: LinePlot["series"][number]): SeriesOption[] => {
    const spreads = points.flatMap(({ at, values }) => {
      const spread = spreadOf(values);
      return spread === undefined ? [] : [{ at, ...spread }];
    });
    const color = colorOf(name);
    const line: SeriesOption = {
      type: "line",
      name,
      silent: true,
      symbol: "circle",
      symbolSize: 9,
      clip: false,
      lineStyle: { width: 3, color },
      itemStyle: { color },
      data: spreads.map(({ at, middle }) => [at, middle]),
    };
    const ranges: SeriesOption = {
      type: "custom",
      silent: true,
      z: 4,
      data: spreads.map(({ at, middle, least, most }) => [at, least, most, middle]),
      encode: { x: 0, y: [1, 2] },
      renderItem: drawRange,
    };
    return [line, ranges];
  };
  const option: EChartsOption = {
    grid: { top: topPx, left: 80, right: 20, height: HEIGHT_PX },
    xAxis: {
      ...sizeAxis,
      ...widened(sizes, hasLogarithmicSizes),
      name: plot.sizeUnit,
      nameLocation: "middle",
      nameGap: 38,
      nameTextStyle: { ...LETTERS, color: COLORS.faint },
      splitLine: { show: false },
      axisLabel: { ...sizeAxis.axisLabel, customValues: sizes },
    },
    yAxis: valueAxis(isLogarithmic),
    series: plot.series.flatMap(drawSeries),
  };
  return { option, heightPx: HEIGHT_PX + 30 };
}

function widened(sizes: readonly number[], isLogarithmic: boolean): { min: number; max: number } {
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (isLogarithmic) {
    const factor = (most / least) ** MARGIN;
    return { min: least / factor, max: most * factor };
  }
  return { min: least - (most - least) * MARGIN, max: most + (most - least) * MARGIN };
}

const drawRange: CustomSeriesRenderItem = (_params, api) => {
  const [at, least, most] = [0, 1, 2].map((dimension) => Number(api.value(dimension)));
  const [x = 0, y1 = 0] = api.coord([at, least]);
  const [, y2 = 0] = api.coord([at, most]);
  const figure = figureText(Number(api.value(3)), x, y2 - 10, { align: "center", verticalAlign: "bottom" });
  return { type: "group", children: [...whisker({ x1: x, y1, x2: x, y2 }), figure] };
};
