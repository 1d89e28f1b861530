/**
 * Figures of several rounds → a picture that BENCHMARKS.md shows: the median, and the range as a whisker across it.
 *
 * An SVG without scripts and with a background of its own, so that it can be read on a light page and on a dark one;
 * narrow and in large letters, so that it can be read on a phone. The same figures always give the same octets.
 */
import type { EChartsOption } from "echarts";
import { drawBars } from "./plot-bars.ts";
import { drawLines } from "./plot-lines.ts";
import { COLORS, LETTERS, TEXT_PX, colorsOf } from "./plot-style.ts";

export type Plot = BarPlot | LinePlot;

type PlotHead = {
  /** Of its file, without `.svg`: letters, digits and dashes. */
  readonly name: string;
  readonly title: string;
  /** What the figures count: `CPU µs a request`. */
  readonly unit: string;
  readonly better: "less" | "more";
  /** Of the figures. Where one of them is 0 the axis stays linear: it would have no place for it. */
  readonly isLogarithmic?: boolean;
};

/** A group for each thing that was measured, in it a bar for each series. */
export type BarPlot = PlotHead & { readonly kind: "bars"; readonly series: readonly Series<string>[] };

/** A line for each series: how the figures grow with a size. */
export type LinePlot = PlotHead & {
  readonly kind: "lines";
  readonly sizeUnit: string;
  readonly hasLogarithmicSizes?: boolean;
  readonly series: readonly Series<number>[];
};

/** Whose name begins with `share-my-photos` or `ours` has always the same colour. */
export type Series<At> = { readonly name: string; readonly points: readonly Point<At>[] };

export type Point<At> = {
  /** What was measured, or a size. */
  readonly at: At;
  /** One of each round; undefined where there is none. A point without any is left out. */
  readonly values: readonly (number | undefined)[];
};

const WIDTH_PX = 640;
const MARGIN_PX = 20;
const TITLE_PX = 94;
const LEGEND_PX = 34;
const AXIS_PX = 48;

/** @returns the text of an SVG file */
export async function renderPlot(plot: Plot): Promise<string> {
  const echarts = await import("echarts"); // takes a second to load, and most runs draw nothing
  const isLogarithmic = plot.isLogarithmic === true && figuresOf(plot).every((value) => value > 0);
  const topPx = plot.series.length > 1 ? TITLE_PX + LEGEND_PX : TITLE_PX;
  const { option, heightPx } =
    plot.kind === "bars" ? drawBars(plot, isLogarithmic, topPx) : drawLines(plot, isLogarithmic, topPx);
  const size = { width: WIDTH_PX, height: topPx + heightPx + AXIS_PX };
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    chart.setOption({ ...headOf(plot), ...option });
    return tidy(chart.renderToSVGString(), `${plot.title}: ${plot.unit}`);
  } finally {
    chart.dispose();
  }
}

function headOf({ title, unit, better, series }: Plot): EChartsOption {
  const names = series.map(({ name }) => name);
  return {
    animation: false,
    backgroundColor: COLORS.paper,
    color: names.map(colorsOf(names)),
    textStyle: { ...LETTERS, color: COLORS.ink },
    title: {
      text: title,
      subtext: `${unit}: median and range, ${better} is better`,
      left: MARGIN_PX,
      top: MARGIN_PX,
      padding: 0,
      itemGap: 8,
      textStyle: { ...LETTERS, fontSize: TEXT_PX + 3, color: COLORS.ink },
      subtextStyle: { ...LETTERS, color: COLORS.faint },
    },
    legend: {
      show: series.length > 1,
      data: names,
      left: MARGIN_PX,
      top: TITLE_PX - MARGIN_PX / 2,
      padding: 0,
      itemGap: 18,
      itemWidth: 18,
      selectedMode: false,
      textStyle: { ...LETTERS, color: COLORS.ink },
    },
  };
}

function figuresOf({ series }: Plot): number[] {
  return series.flatMap(({ points }) =>
    points.flatMap(({ values }) => values.filter((value) => value !== undefined)),
  );
}

/**
 * The library writes down what a mouse would do, in names that count all pictures of this process, and it has no word
 * for those who hear a page instead of seeing it.
 */
function tidy(svg: string, description: string): string {
  const escaped = description.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `${svg
    .replaceAll(/ ecmeta_\w+="[^"]*"/g, "")
    .replace(/<style ?>[^]*<\/style>\n/, "")
    .replaceAll(/ class="[^"]*"/g, "")
    .replaceAll(/\bzr\d+-/g, "plot-")
    .replace(/^<svg /, '<svg role="img" ')
    .replace(/>/, () => `>\n<title>${escaped}</title>`)}\n`;
}
