/**
 * Metrics → text for Prometheus and whoever reads the same, by a client library that the first scrape loads.
 *
 * The library adds up what several processes count by themselves. Ours count without it, which costs a request nothing;
 * so it gets one record, in the form in which processes tell each other theirs.
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
export async function formatExposition(metrics: readonly Metric[]): Promise<string> {
  const { default: client } = await import("@platformatic/prom-client");
  const known = metrics.map(describeMetric).filter(({ values }) => values.length > 0);
  return await client.AggregatorRegistry.aggregate([known]).metrics();
}

/** As one process tells others what its registry holds. */
type Description = {
  readonly name: string;
  readonly help: string;
  readonly type: Metric["kind"];
  readonly aggregator: "sum";
  readonly values: readonly (Sample & { readonly metricName?: string })[];
};

function describeMetric(metric: Metric): Description {
  const { name, help, kind: type } = metric;
  const values = metric.kind === "histogram" ? histogramSamples(metric) : metric.samples;
  return { name, help, type, aggregator: "sum", values };
}

/** Each class holds what was in the shorter ones as well, and the last one everything. */
function histogramSamples({ name, durations }: HistogramMetric): Description["values"] {
  const { boundsSeconds, counts, sumSeconds } = durations;
  let sum = 0;
  const buckets = [...boundsSeconds, Infinity].map((bound, i) => {
    sum += counts[i] ?? 0;
    const le = bound === Infinity ? "+Inf" : String(bound);
    return { metricName: `${name}_bucket`, labels: { le }, value: sum };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: sumSeconds },
    { metricName: `${name}_count`, labels: {}, value: sum },
  ];
}
