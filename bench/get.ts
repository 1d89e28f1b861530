/**
 * GET, with nothing done to what comes back: no decompression, no redirect, no cache.
 */
import { get as httpGet } from "node:http";

export type Answer = {
  readonly status: number;
  /** Content-Length as it was promised; undefined without. */
  readonly promisedBytes: number | undefined;
  readonly contentType: string;
  readonly body: Buffer;
};

const TIMEOUT_MS = 60_000;

/** Accepts what `ab` and `siege` accept: anything, uncompressed, on a connection of its own. */
export function get(url: string, signal: AbortSignal): Promise<Answer> {
  const headers = { accept: "*/*", connection: "close" };
  return new Promise((resolve, reject) => {
    const request = httpGet(url, { headers, agent: false, signal, timeout: TIMEOUT_MS }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const { "content-length": length, "content-type": contentType = "" } = response.headers;
        const promisedBytes = length === undefined ? undefined : Number(length);
        resolve({
          status: response.statusCode ?? 0,
          promisedBytes,
          contentType,
          body: Buffer.concat(pieces),
        });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url}`)));
    request.on("error", reject);
  });
}
