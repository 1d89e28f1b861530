/**
 * siege: its configuration, its arguments, and what its report says.
 */
export type SiegeLoad = { readonly seconds: number; readonly users: number };

export type SiegeResult = {
  readonly transactions: number;
  /** Without those answered with a 4xx, which siege does not call failed. */
  readonly successful: number;
  readonly failed: number;
  readonly availabilityPercent: number;
  readonly transactionsPerSecond: number;
  readonly meanSeconds: number;
  readonly longestSeconds: number;
};

/** `siege -R siegerc -t 60s -c 350 -b -i -f urls.txt`, without the name of the program. */
export function siegeArguments({ seconds, users }: SiegeLoad, rcPath: string, urlsPath: string): string[] {
  return ["-R", rcPath, "-t", `${seconds}s`, "-c", String(users), "-b", "-i", "-f", urlsPath];
}

/**
 * As the seeds had it: a connection for each transaction. `parser` off, since newer ones fetch what a page refers to
 * by themselves, and urls.txt names all of that already.
 */
export function formatSiegeRc({ users }: SiegeLoad): string {
  const lines = [
    "verbose = false",
    "color = off",
    "logging = false",
    "show-logfile = false",
    "json_output = false",
    "gmethod = GET",
    "parser = false",
    "protocol = HTTP/1.1",
    "connection = close",
    "cache = false",
    "url-escaping = false", // they are percent-encoded already
    "timeout = 60", // seconds; a slow answer is to show as a slow answer
    `limit = ${users}`,
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * From either of its forms, JSON or text, on whichever of its outputs. Newer ones print milliseconds in the text.
 *
 * @returns undefined if this is no whole report
 */
export function parseSiege(report: string): SiegeResult | undefined {
  const figures = new Map<string, number>();
  for (const [, label = "", digits, unit] of report.matchAll(LINE)) {
    const name = label.toLowerCase().replaceAll("_", " ");
    figures.set(name, unit === "ms" ? Number(digits) / 1_000 : Number(digits));
  }
  const transactions = figures.get("transactions");
  const successful = figures.get("successful transactions");
  const failed = figures.get("failed transactions");
  const availabilityPercent = figures.get("availability");
  const transactionsPerSecond = figures.get("transaction rate");
  const meanSeconds = figures.get("response time");
  const longestSeconds = figures.get("longest transaction");
  if (transactions === undefined || successful === undefined || failed === undefined) return undefined;
  if (availabilityPercent === undefined || transactionsPerSecond === undefined) return undefined;
  if (meanSeconds === undefined || longestSeconds === undefined) return undefined;
  return {
    transactions,
    successful,
    failed,
    availabilityPercent,
    transactionsPerSecond,
    meanSeconds,
    longestSeconds,
  };
}

/** `Longest transaction:	0.29` or `"longest_transaction":	0.29,` */
const LINE = /"?\b([a-z]+(?:[ _][a-z]+)?)"?:[ \t]*(\d+(?:\.\d+)?)[ \t]*(ms\b)?/gi;

/** @returns why this result is not to be believed; nothing if it is */
export function doubtsAboutSiege(result: SiegeResult): string[] {
  const doubts: string[] = [];
  if (result.transactions === 0) doubts.push("not one transaction");
  if (result.successful < result.transactions) {
    doubts.push(`${result.transactions - result.successful} transactions without success`);
  }
  if (result.failed > 0) doubts.push(`${result.failed} failed transactions`);
  if (result.availabilityPercent !== 100) doubts.push(`availability ${result.availabilityPercent} %`);
  return doubts;
}
