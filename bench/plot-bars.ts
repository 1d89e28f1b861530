/**
 * Bars that lie, each group below its name and each figure behind its bar: a phone has no room for names at the side.
 */
import type { CustomSeriesRenderItem, EChartsOption, SeriesOption } from "echarts";
import type { BarPlot } from "./plot.ts";
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

const BAR_PX = 22;
const BAR_GAP_PX = 4;
/** Room for the name of the next group. */
const GROUP_GAP_PX = 46;
/** Room for the figure behind the longest bar. */
const FIGURE_PX = 100;

/** @param topPx where the head of the picture ends */
export function drawBars(plot: BarPlot, isLogarithmic: boolean, topPx: number): Drawing {
  const groups = [...new Set(plot.series.flatMap(({ points }) => points.map(({ at }) => at)))];
  const groupPx = plot.series.length * (BAR_PX + BAR_GAP_PX) - BAR_GAP_PX;
  const heightPx = groups.length * (groupPx + GROUP_GAP_PX);
  const colorOf = colorsOf(plot.series.map(({ name }) => name));
  const drawSeries = ({ name, points }: BarPlot["series"][number], i: number): SeriesOption[] => {
    const spreads = points.flatMap(({ at, values }) => {
      const spread = spreadOf(values);
      return spread === undefined ? [] : [{ group: groups.indexOf(at), ...spread }];
    });
    // A series by itself has no legend: there the bars are servers, and ours stands out.
    const color = (group: number): string => colorOf(plot.series.length === 1 ? (groups[group] ?? "") : name);
    const bars: SeriesOption = {
      type: "bar",
      name,
      silent: true,
      barWidth: BAR_PX,
      barGap: `${(100 * BAR_GAP_PX) / BAR_PX}%`,
      itemStyle: { color: colorOf(name) },
      data: spreads.map(({ group, middle }) => ({
        value: [middle, group],
        itemStyle: { color: color(group) },
      })),
    };
    const ranges: SeriesOption = {
      type: "custom",
      silent: true,
      z: 4,
      data: spreads.map(({ group, middle, least, most }) => [group, least, most, middle]),
      encode: { y: 0, x: [1, 2] },
      renderItem: drawRange(i * (BAR_PX + BAR_GAP_PX) + BAR_PX / 2 - groupPx / 2),
    };
    return [bars, ranges];
  };
  const option: EChartsOption = {
    grid: { top: topPx, left: 20, right: FIGURE_PX, height: heightPx },
    xAxis: valueAxis(isLogarithmic),
    yAxis: {
      type: "category",
      data: groups,
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...LETTERS,
        inside: true,
        margin: 0,
        verticalAlign: "bottom",
        padding: [0, 0, groupPx / 2 + TEXT_PX / 4, 0],
        color: COLORS.ink,
      },
      z: 3,
    },
    series: plot.series.flatMap(drawSeries),
  };
  return { option, heightPx };
}

/** @param offsetPx of this bar from the middle of its group */
function drawRange(offsetPx: number): CustomSeriesRenderItem {
  return (_params, api) => {
    const [group, least, most] = [0, 1, 2].map((dimension) => Number(api.value(dimension)));
    const [x1 = 0, middle = 0] = api.coord([least, group]);
    const [x2 = 0] = api.coord([most, group]);
    const y = middle + offsetPx;
    const figure = figureText(Number(api.value(3)), x2 + 9, y, { align: "left", verticalAlign: "middle" });
    return { type: "group", children: [...whisker({ x1, y1: y, x2, y2: y }), figure] };
  };
}
