/**
 * Pictures that nobody's camera made: small to send, and dear to whoever believes what they say of themselves.
 *
 * Made octet by octet where an encoder would need the memory that they are to cost, or refuse.
 */
import { constants, crc32, deflateRawSync } from "node:zlib";

const PNG_SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** PNG (Third Edition), §5.3: length, type, data, CRC. */
function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([uint32(data.length), typed, uint32(crc32(typed))]);
}

/** One bit a pixel, all of them black: 100 megapixels take 12 KB. @param more chunks before the picture */
export function blackPng(widthPx: number, heightPx: number, ...more: readonly Buffer[]): Buffer {
  return pngOfZeros(widthPx, heightPx, GREY_OF_1_BIT, Math.ceil(widthPx / 8), more);
}

/** Six octets a pixel, so that 100 megapixels are 600 MB to be decoded, and 0.6 MB in the file. */
export function deepBlackPng(widthPx: number, heightPx: number): Buffer {
  return pngOfZeros(widthPx, heightPx, COLOURS_OF_16_BITS, widthPx * 6, []);
}

/** Bit depth and colour type (§11.2.1). */
const GREY_OF_1_BIT = [1, 0];
const COLOURS_OF_16_BITS = [16, 2];

function pngOfZeros(
  widthPx: number,
  heightPx: number,
  kind: readonly number[],
  rowBytes: number,
  more: readonly Buffer[],
): Buffer {
  const header = Buffer.concat([uint32(widthPx), uint32(heightPx), Buffer.from([...kind, 0, 0, 0])]);
  const data = chunk("IDAT", compressedZeros((1 + rowBytes) * heightPx));
  return Buffer.concat([PNG_SIGNATURE, chunk("IHDR", header), ...more, data, chunk("IEND", Buffer.alloc(0))]);
}

const PIECE_BYTES = 1_000_000;

/** The same piece again and again, since to compress gigabytes takes seconds (RFC 1950, RFC 1951). */
function compressedZeros(lengthBytes: number): Buffer {
  const pieces = Array<Buffer>(Math.floor(lengthBytes / PIECE_BYTES)).fill(compressedPiece(PIECE_BYTES));
  const end = Buffer.from([1, 0, 0, 0xff, 0xff]); // a last block, of nothing
  const adler32 = Buffer.concat([uint16(lengthBytes % 65_521), uint16(1)]); // of so many zeros
  return Buffer.concat([
    Buffer.from([0x78, 0xda]),
    ...pieces,
    compressedPiece(lengthBytes % PIECE_BYTES),
    end,
    adler32,
  ]);
}

function compressedPiece(lengthBytes: number): Buffer {
  return deflateRawSync(Buffer.alloc(lengthBytes), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
}

/** A colour profile of so many zeros, a thousandth of that in the file. */
export function zeroProfileChunk(lengthBytes: number): Buffer {
  return chunk("iCCP", Buffer.concat([Buffer.from("zeros\0\0"), compressedZeros(lengthBytes)]));
}

/** Text likewise. */
export function zeroTextChunk(lengthBytes: number): Buffer {
  return chunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), compressedZeros(lengthBytes)]));
}

/** EXIF as it is, of any length. */
export function exifChunk(exif: Uint8Array): Buffer {
  return chunk("eXIf", exif);
}

/**
 * Lossless WebP of one colour. Each of its five prefix codes has a single symbol, so a pixel takes no bit at all: 30
 * octets for any size up to 16,384 x 16,384 (RFC 9649, §3.7.2).
 */
export function blackWebp(widthPx: number, heightPx: number): Buffer {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
  };
  put(0x2f, 8); // signature
  put(widthPx - 1, 14);
  put(heightPx - 1, 14);
  put(0, 1 + 3); // no alpha, version 0
  put(0, 3); // no transform, no colour cache, one group of prefix codes
  for (let code = 0; code < 5; code++) put(0b0001, 4); // a simple code, one symbol, of one bit, which is 0
  while (bits.length % 16 !== 0) bits.push(0);
  const data = Buffer.alloc(bits.length / 8);
  bits.forEach((bit, i) => (data[i >> 3] = (data[i >> 3] ?? 0) | (bit << (i & 7))));
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(4 + 8 + data.length, 0);
  sizes.writeUInt32LE(data.length, 4);
  const [fileSize, dataSize] = [sizes.subarray(0, 4), sizes.subarray(4)];
  return Buffer.concat([Buffer.from("RIFF"), fileSize, Buffer.from("WEBPVP8L"), dataSize, data]);
}

/** As many frames of one pixel, on a canvas of any size. */
export function animatedGif(widthPx: number, heightPx: number, frames: number): Buffer {
  const header = Buffer.concat([Buffer.from("GIF89a"), uint16(widthPx).swap16(), uint16(heightPx).swap16()]);
  const colours = Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]); // two
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0]);
  const all = Array.from({ length: frames }, () => frame);
  return Buffer.concat([header, colours, ...all, Buffer.from([0x3b])]);
}

/** Of a HEIF file: another size in the property that tells it (ISO/IEC 23008-12, §6.5.3). */
export function withClaimedSize(heif: Buffer, widthPx: number, heightPx: number): Buffer {
  const at = heif.indexOf("ispe");
  if (at === -1) throw new Error("It tells no size.");
  const bytes = Buffer.from(heif);
  bytes.writeUInt32BE(widthPx, at + 8);
  bytes.writeUInt32BE(heightPx, at + 12);
  return bytes;
}

/** A JPEG file with segments behind its first two octets. */
export function withSegments(jpeg: Buffer, ...segments: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** @param content of at most 65,533 octets */
export function segment(marker: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker]), uint16(content.length + 2), content]);
}

const APP1 = 0xe1;
const EXIF = Buffer.from("Exif\0\0");

/** Tags of what leads to other directories: of the photo, and of its place. */
const DIRECTORIES = [0x8769, 0x8825];
const OTHER = 0x5000;
const OCTETS = 1;
const LONG = 4;

/**
 * EXIF whose directory leads to itself wherever a directory may stand, and whose other entries each claim all octets
 * there are.
 *
 * @param lengthBytes at least 12 for each entry
 */
export function greedyExif(entries: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.write("II*\0");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries, 8);
  for (let i = 0; i < entries; i++) {
    const at = 10 + 12 * i;
    const tag = DIRECTORIES[i];
    bytes.writeUInt16LE(tag ?? OTHER, at);
    bytes.writeUInt16LE(tag === undefined ? OCTETS : LONG, at + 2);
    bytes.writeUInt32LE(tag === undefined ? lengthBytes : 1, at + 4);
    bytes.writeUInt32LE(tag === undefined ? 0 : 8, at + 8);
  }
  return bytes;
}

export function exifSegment(tiff: Uint8Array): Buffer {
  return segment(APP1, Buffer.concat([EXIF, tiff]));
}

/** A progressive JPEG file whose last scan comes so many times more: each goes through the whole picture. */
export function withScansRepeated(progressive: Buffer, times: number): Buffer {
  const end = progressive.lastIndexOf(Buffer.from([0xff, 0xd9]));
  const start = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = progressive.subarray(start, end);
  const again = Array.from({ length: times }, () => scan);
  return Buffer.concat([progressive.subarray(0, end), ...again, progressive.subarray(end)]);
}
