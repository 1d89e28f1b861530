/**
 * Lines against a size. Below them stand the sizes that were measured and no others.
 */
import type { CustomSeriesRenderItem, EChartsOption, SeriesOption } from "echarts";
import type { LinePlot } from "./plot.ts";
import {
  type Drawing,
  COLORS,
  LETTERS,
  TEXT_PX,
  colorsOf,
  figureText,
  spreadOf,
  valueAxis,
  whisker,
} from "./plot-style.ts";

const HEIGHT_PX = 320;
const FIGURE_GAP_PX = 10;
/** At both ends, as a share of all there is: a figure stands in the middle above its point. */
const MARGIN = 0.08;

/** @param topPx where the head of the picture ends */
export function drawLines(plot: LinePlot, isLogarithmic: boolean, topPx: number): Drawing {
  const sizes = [...new Set(plot.series.flatMap(({ points }) => points.map(({ at }) => at)))];
  const hasLogarithmicSizes = plot.hasLogarithmicSizes === true && sizes.every((size) => size > 0);
  const colorOf = colorsOf(plot.series.map(({ name }) => name));
  const sizeAxis = valueAxis(hasLogarithmicSizes);
  /** The least of the next higher one of the same size: there may be no room for a figure between the two. */
  const nextAbove = (middle: number, at: number): number | undefined => {
    const others = plot.series.flatMap(({ points }) => points.filter((point) => point.at === at));
    const higher = others.flatMap(({ values }) => spreadOf(values) ?? []).filter((o) => o.middle > middle);
    return higher.length === 0 ? undefined : Math.min(...higher.map(({ least }) => least));
  };
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
      data: spreads.map(({ at, middle, least, most }) => [
        at,
        least,
        most,
        middle,
        nextAbove(middle, at) ?? Number.NaN,
      ]),
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

/** With its figure above it, or below it where the next line is too near. */
const drawRange: CustomSeriesRenderItem = (_params, api) => {
  const [at, least, most, middle, above] = [0, 1, 2, 3, 4].map((dimension) => Number(api.value(dimension)));
  const [x = 0, y1 = 0] = api.coord([at, least]);
  const [, y2 = 0] = api.coord([at, most]);
  const [, yAbove = 0] = Number.isNaN(above) ? [] : api.coord([at, above]);
  const hasRoom = y2 - yAbove > TEXT_PX + 2 * FIGURE_GAP_PX;
  const place = hasRoom
    ? ({ y: y2 - FIGURE_GAP_PX, verticalAlign: "bottom" } as const)
    : ({ y: y1 + FIGURE_GAP_PX, verticalAlign: "top" } as const);
  const figure = figureText(middle ?? Number.NaN, x, place.y, {
    align: "center",
    verticalAlign: place.verticalAlign,
  });
  return { type: "group", children: [...whisker({ x1: x, y1, x2: x, y2 }), figure] };
};
