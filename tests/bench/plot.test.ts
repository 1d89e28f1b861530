/**
 * What becomes of figures in a picture, and that it can be shown anywhere.
 */
import sharp from "sharp";
import { expect, test } from "vitest";
import { type BarPlot, type LinePlot, renderPlot } from "../../bench/plot.ts";

const bars: BarPlot = {
  kind: "bars",
  name: "thumbs",
  title: "Cold thumbnails & <others>",
  unit: "CPU ms a thumbnail",
  better: "less",
  series: [
    { name: "ours", points: [{ at: "12 Mpx → 320 px", values: [33, 31, undefined, 46] }] },
    { name: "bare sharp loop", points: [{ at: "12 Mpx → 320 px", values: [28] }] },
  ],
};

const lines: LinePlot = {
  kind: "lines",
  name: "list",
  title: "The first page of a large folder",
  unit: "ms",
  better: "less",
  sizeUnit: "files",
  isLogarithmic: true,
  hasLogarithmicSizes: true,
  series: [
    {
      name: "cold",
      points: [
        { at: 10_000, values: [52, 51] },
        { at: 100_000, values: [407] },
      ],
    },
  ],
};

const strokes = (svg: string): number => svg.match(/stroke-width="1.5"/g)?.length ?? 0;

/** What can be read in it, from top to bottom as far as the library keeps that order. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);

for (const plot of [bars, lines]) {
  test(`the same figures give the same octets, whatever was drawn before (${plot.kind})`, async () => {
    const first = await renderPlot(plot);
    await renderPlot(bars);
    expect(await renderPlot(plot)).toBe(first);
  });

  test(`a picture is well-formed, as wide as it says, and does nothing by itself (${plot.kind})`, async () => {
    const svg = await renderPlot(plot);
    const { format, width, height } = await sharp(Buffer.from(svg)).metadata(); // throws if it is no XML
    expect({ format, width }).toEqual({ format: "svg", width: 640 });
    expect(svg.match(/<svg [^>]*height="(\d+)"/)?.[1]).toBe(String(height));
    expect(svg).not.toMatch(/<script|<style|\son\w+=|href=|ecmeta|@import|url\((?!#)/i);
  });

  test(`it has a background of its own (${plot.kind})`, async () => {
    const [red = 0, green = 0, blue = 0, alpha] = await sharp(Buffer.from(await renderPlot(plot)))
      .extract({ left: 0, top: 0, width: 1, height: 1 })
      .ensureAlpha()
      .raw()
      .toBuffer();
    expect(alpha).toBe(255);
    expect(Math.min(red, green, blue)).toBeGreaterThan(240);
  });
}

test("bars have their names, their medians and a legend beside them", async () => {
  const svg = await renderPlot(bars);
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining([
      "Cold thumbnails &amp; &lt;others&gt;",
      "CPU ms a thumbnail: median and range, less is better",
      "12 Mpx → 320 px",
      "ours",
      "bare sharp loop",
      "33",
      "28",
    ]),
  );
  expect(svg).toContain("<title>Cold thumbnails &amp; &lt;others>: CPU ms a thumbnail</title>");
});

test("lines have their medians, and below them the sizes that were measured", async () => {
  const texts = textsOf(await renderPlot(lines));
  expect(texts).toEqual(expect.arrayContaining(["51.5", "407", "10,000", "100,000", "files"]));
  expect(texts).not.toContain("cold"); // a line by itself needs no legend
});

test("the figures of two lines that are close do not hide each other", async () => {
  const close = [529, 498].map((value) => ({ name: `${value}`, points: [{ at: 10_000, values: [value] }] }));
  const far = { name: "far", points: [{ at: 100_000, values: [1] }] };
  const svg = await renderPlot({ ...lines, series: [...close, far] });
  const [upper, lower] = ["529", "498"].map((text) =>
    Number(new RegExp(`<text [^>]* y="([\\d.]+)" fill="#24292f">${text}</text>`).exec(svg)?.[1]),
  );
  expect((lower ?? 0) - (upper ?? 0)).toBeGreaterThan(20);
});

test("a range has a whisker, a single figure has none", async () => {
  const without = { ...bars, series: bars.series.slice(1) };
  const withRange = { ...bars, series: bars.series.slice(0, 1) };
  expect(strokes(await renderPlot(without))).toBe(0);
  expect(strokes(await renderPlot(withRange))).toBe(3);
});

test("a figure of 0 has a place on an axis that was to be logarithmic", async () => {
  const points = [
    { at: 10_000, values: [0] },
    { at: 100_000, values: [407] },
  ];
  const texts = textsOf(await renderPlot({ ...lines, series: [{ name: "cold", points }] }));
  expect(texts.filter((text) => text === "0")).toHaveLength(2); // the figure, and the axis begins there
});

test("what was not measured is left out", async () => {
  const points = [
    { at: "measured", values: [7] },
    { at: "not measured", values: [undefined] },
  ];
  const texts = textsOf(await renderPlot({ ...bars, series: [{ name: "ours", points }] }));
  expect(texts).toContain("not measured");
  expect(texts).not.toContain("NaN");
});
