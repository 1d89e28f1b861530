/**
 * GET, with nothing done to what comes back: no decompression, no redirect, no cache.
 */
import { type Agent, get as httpGet } from "node:http";

export type Answer = {
  readonly status: number;
  /** Content-Length as it was promised; undefined without. */
  readonly promisedBytes: number | undefined;
  readonly contentType: string;
  readonly contentCoding: string | undefined;
  readonly entityTag: string | undefined;
  readonly body: Buffer;
};

const TIMEOUT_MS = 60_000;

/** Field names in lower case. */
export type Fields = Readonly<Record<string, string>>;

/**
 * Accepts what `ab`, `siege` and `wrk` accept: anything, uncompressed, unless the fields say otherwise.
 *
 * @param agent keeps connections; without one the request has a connection of its own
 */
export function get(url: string, signal: AbortSignal, fields: Fields = {}, agent?: Agent): Promise<Answer> {
  const headers = { accept: "*/*", ...(agent === undefined ? { connection: "close" } : {}), ...fields };
  const options = { headers, agent: agent ?? false, signal, timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    const request = httpGet(url, options, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const { "content-length": length, "content-type": contentType = "", etag } = response.headers;
        const promisedBytes = length === undefined ? undefined : Number(length);
        resolve({
          status: response.statusCode ?? 0,
          promisedBytes,
          contentType,
          contentCoding: response.headers["content-encoding"],
          entityTag: etag,
          body: Buffer.concat(pieces),
        });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url}`)));
    request.on("error", reject);
  });
}
