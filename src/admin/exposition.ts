/**
 * Metrics → text for Prometheus and whoever reads the same: version 0.0.4 of its text format,
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 *     # HELP httpd_requests_total Requests that were answered.
 *     # TYPE httpd_requests_total counter
 *     httpd_requests_total{code="200"} 4711
 */
import type { Durations } from "./snapshot.ts";

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Metric = SimpleMetric | HistogramMetric;

/** What only grows is a counter, and its name ends in `_total`; a gauge goes up and down. */
export type SimpleMetric = {
  readonly kind: "counter" | "gauge";
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
};

export type HistogramMetric = {
  readonly kind: "histogram";
  readonly name: string;
  readonly help: string;
  readonly durations: Durations;
};

export type Sample = {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** A metric without any sample is left out: nothing is known of it here. */
export function formatExposition(metrics: readonly Metric[]): string {
  return metrics.map(formatMetric).join("");
}

function formatMetric(metric: Metric): string {
  const lines = metric.kind === "histogram" ? histogramLines(metric) : sampleLines(metric);
  if (lines.length === 0) return "";
  const { name, help, kind } = metric;
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}

function sampleLines({ name, samples }: SimpleMetric): string[] {
  return samples.map(({ labels, value }) => formatSample(name, labels, value));
}

/** Each class holds what was in the shorter ones as well, and the last one everything. */
function histogramLines({ name, durations }: HistogramMetric): string[] {
  const { boundsSeconds, counts, sumSeconds } = durations;
  let sum = 0;
  const buckets = [...boundsSeconds, Infinity].map((bound, i) => {
    sum += counts[i] ?? 0;
    return formatSample(`${name}_bucket`, { le: formatNumber(bound) }, sum);
  });
  return [...buckets, formatSample(`${name}_sum`, {}, sumSeconds), formatSample(`${name}_count`, {}, sum)];
}

function formatSample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${formatNumber(value)}\n`;
}

function formatNumber(value: number): string {
  return value === Infinity ? "+Inf" : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
