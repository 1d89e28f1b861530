/**
 * What all plots have in common: letters, colours, whiskers, axes.
 */
import type { EChartsOption } from "echarts";
import { formatFigure, median } from "./statistics.ts";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
export const TEXT_PX = 17; // on a phone the picture is half as wide
export const LETTERS = { fontFamily: FONT, fontSize: TEXT_PX } as const;
export const COLORS = { paper: "#fbfbf9", ink: "#24292f", faint: "#59636e", rule: "#dfe3e8" } as const;

/** All can be told apart without seeing red and green. */
const OURS_COLOR = "#0969da";
const PEER_COLORS = ["#e08a00", "#7d8590", "#8250df", "#1a7f64", "#bf3989"] as const;
const OURS = /^(?:share-my-photos|ours)\b/;

/** All but the head of the picture, and how high that is without what stands below its axis. */
export type Drawing = { readonly option: EChartsOption; readonly heightPx: number };

export type Colors = (name: string) => string;

/** Ours is always the same one; a bar by itself is ours or a peer, whoever that is. */
export function colorsOf(names: readonly string[]): Colors {
  const peers = names.filter((name) => !OURS.test(name));
  return (name) => {
    if (OURS.test(name)) return OURS_COLOR;
    return PEER_COLORS[peers.indexOf(name) % PEER_COLORS.length] ?? PEER_COLORS[1];
  };
}

export type Spread = { readonly middle: number; readonly least: number; readonly most: number };

export function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return { middle: median(known), least: Math.min(...known), most: Math.max(...known) };
}

export function valueAxis(isLogarithmic: boolean) {
  return {
    type: isLogarithmic ? ("log" as const) : ("value" as const),
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: COLORS.rule } },
    axisLabel: {
      ...LETTERS,
      fontSize: TEXT_PX - 2,
      color: COLORS.faint,
      hideOverlap: true,
      formatter: formatFigure,
    },
  };
}

type Ends = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

const CAP_PX = 5;

/** From the least to the most of all rounds; nothing if there was only one. */
export function whisker({ x1, y1, x2, y2 }: Ends) {
  if (x1 === x2 && y1 === y2) return [];
  const across = (x: number, y: number): Ends =>
    y1 === y2
      ? { x1: x, y1: y - CAP_PX, x2: x, y2: y + CAP_PX }
      : { x1: x - CAP_PX, y1: y, x2: x + CAP_PX, y2: y };
  return [{ x1, y1, x2, y2 }, across(x1, y1), across(x2, y2)].map((shape) => ({
    type: "line" as const,
    shape,
    style: { stroke: COLORS.ink, lineWidth: 1.5 },
  }));
}

type Placement = { readonly align: "left" | "center"; readonly verticalAlign: "middle" | "bottom" | "top" };

export function figureText(value: number, x: number, y: number, placement: Placement) {
  const text = formatFigure(value);
  const style = { ...placement, text, x, y, fill: COLORS.ink, ...LETTERS };
  return { type: "text" as const, style };
}
