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
import type { PictureHeader } from "./picture-decoder.ts";

const SOI = 0xd8;
const SOS = 0xda;
const APP1 = 0xe1;
/** Baseline, extended and progressive, with Huffman coding (Table B.1). */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** In the range of the frames' markers, but something else: DHT, JPG and DAC. */
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc]);

const EXIF = Buffer.from("Exif\0\0");

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
    if (marker === APP1 && content.subarray(0, EXIF.length).equals(EXIF)) {
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
  const orientation = exif === undefined ? 1 : readOrientation(exif.subarray(EXIF.length));
  if (orientation === undefined || frame.length < 6 || frame[0] !== 8) return undefined;
  const storedHeightPx = frame.readUInt16BE(1);
  const storedWidthPx = frame.readUInt16BE(3);
  if (storedHeightPx === 0 || storedWidthPx === 0) return undefined;
  return orientation < 5
    ? { widthPx: storedWidthPx, heightPx: storedHeightPx, exif }
    : { widthPx: storedHeightPx, heightPx: storedWidthPx, exif };
}

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/**
 * Of the first directory (TIFF 6.0, Section 2): entries of 12 octets each, tag, type, count and value.
 *
 * @returns 1 to 8, 1 if it is not told; undefined for what is no such directory or no such value
 */
function readOrientation(tiff: Buffer): number | undefined {
  const byteOrder = tiff.toString("latin1", 0, 2);
  if (tiff.length < 8 || (byteOrder !== "II" && byteOrder !== "MM")) return undefined;
  const isLittle = byteOrder === "II";
  const uint16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const uint32 = (at: number): number => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const start = uint32(4);
  if (start + 2 > tiff.length) return undefined;
  const end = start + 2 + 12 * uint16(start);
  if (end > tiff.length) return undefined;
  for (let at = start + 2; at < end; at += 12) {
    if (uint16(at) !== ORIENTATION_TAG) continue;
    const value = uint16(at + 8);
    const isValue = uint16(at + 2) === SHORT && uint32(at + 4) === 1 && value >= 1 && value <= 8;
    return isValue ? value : undefined;
  }
  return 1;
}
