/**
 * What is asked of a server under load, and what it must answer.
 */
import sharp from "sharp";
import { type Fields, get } from "./get.ts";

export type Target = {
  readonly path: string;
  readonly fields?: Fields;
  readonly status: 200 | 304;
  readonly body: Buffer;
};

/** @throws Error that says what is wrong with the answer */
export async function checkTarget(baseUrl: string, target: Target, signal: AbortSignal): Promise<void> {
  const { path, fields, status, body } = target;
  const answer = await get(`${baseUrl}${path}`, signal, fields);
  if (answer.status !== status) throw new Error(`${path} was answered with ${answer.status}, not ${status}`);
  // With a 304 it is the length of what is not sent (RFC 9110 §8.6).
  if (status === 200 && (answer.promisedBytes ?? answer.body.length) !== answer.body.length) {
    throw new Error(`${path} promised ${answer.promisedBytes} bytes, but ${answer.body.length} came`);
  }
  if (!answer.body.equals(body)) throw new Error(`${path} is not answered with the bytes everybody serves`);
}

/** @throws Error if this is no picture, or not whole */
export async function checkPicture(bytes: Buffer): Promise<void> {
  const { info } = await sharp(bytes, { failOn: "truncated" }).raw().toBuffer({ resolveWithObject: true });
  if (info.width === 0 || info.height === 0) throw new Error("the picture is empty");
}

/**
 * What a browser asks that has the file already. Each server has an entity tag of its own for it.
 *
 * @throws Error if it has none
 */
export async function revalidationOf(baseUrl: string, path: string, signal: AbortSignal): Promise<Target> {
  const { entityTag } = await get(`${baseUrl}${path}`, signal);
  if (entityTag === undefined) throw new Error(`${path} has no entity tag`);
  return { path, fields: { "if-none-match": entityTag }, status: 304, body: Buffer.alloc(0) };
}
