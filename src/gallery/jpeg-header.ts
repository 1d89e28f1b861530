/**
 * Octets of a JPEG file → its dimensions, without a decoder: an album page must know the shape of 200 photos, and to
 * load sharp and ask it for them took most of what the first page took (BENCHMARKS.md).
 *
 * A JPEG file (ITU-T T.81, Annex B) is a row of marker segments up to the scan, the compressed picture:
 *
 *     FF D8 | FF E1 length "Exif" … | FF DB length … | FF C0 length precision height width components … | FF DA …
 *      SOI         APP1                  DQT                SOF0                                           SOS
 *
 * Only what nearly every camera writes is read here. Whatever else there is, the decoder is asked.
 */
import { isCalledExif, readDateTaken, readOrientation } from "./exif.ts";
import type { PictureHeader } from "./picture-decoder.ts";

const SOI = 0xd8;
const SOS = 0xda;
const APP1 = 0xe1;
/** Baseline, extended and progressive, with Huffman coding (Table B.1). */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** In the range of the frames' markers, but something else: DHT, JPG and DAC. */
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc]);

/**
 * @param bytes the picture, or as much of its start as holds the header
 * @returns undefined if that is not for sure the header of an ordinary JPEG file
 */
export function readJpegHeader(bytes: Buffer): PictureHeader | undefined {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  let frame: Buffer | undefined;
  let exif: Buffer | undefined;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) return undefined;
    if (marker === SOS) return frame === undefined ? undefined : describe(frame, exif);
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const content = bytes.subarray(at + 4, end);
    if (content.length !== end - at - 4) return undefined;
    if (marker === APP1 && isCalledExif(content)) {
      if (exif !== undefined) return undefined;
      exif = content;
    } else if (FRAMES.has(marker)) {
      if (frame !== undefined) return undefined;
      frame = content;
    } else if (marker <= 0xcf && !NO_FRAMES.has(marker)) return undefined;
    at = end;
  }
  return undefined;
}

/** As it is seen: from the fifth on, orientations lie on their side. */
function describe(frame: Buffer, exif: Buffer | undefined): PictureHeader | undefined {
  const orientation = exif === undefined ? 1 : readOrientation(exif);
  if (orientation === undefined || frame.length < 6 || frame[0] !== 8) return undefined;
  const storedHeightPx = frame.readUInt16BE(1);
  const storedWidthPx = frame.readUInt16BE(3);
  if (storedHeightPx === 0 || storedWidthPx === 0) return undefined;
  const takenMs = exif && readDateTaken(exif);
  return orientation < 5
    ? { widthPx: storedWidthPx, heightPx: storedHeightPx, takenMs }
    : { widthPx: storedHeightPx, heightPx: storedWidthPx, takenMs };
}
