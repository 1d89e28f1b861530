/**
 * EXIF → which way up a photo is, and when it was taken. Nothing else of it is looked at.
 *
 * EXIF is a TIFF file without a picture (EXIF 2.32, §4.5): directories of entries of 12 octets each, tag, type, count, and
 * the value or where it stands. What an entry claims is believed only as far as there are octets, no value is read that
 * nobody asked for, and directories lead nowhere else. So no file can ask for more work than its length is worth: to read
 * all values there are took 26 s for 65 KB of entries that all claimed the same 65 KB.
 */
const MARK = Buffer.from("Exif\0\0");

/** Whether a segment of a JPEG file calls itself EXIF. */
export function isCalledExif(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 4) === "Exif";
}

const ASCII = 2;
const SHORT = 3;
const LONG = 4;

const ORIENTATION = 0x0112;
const DATE_TIME = 0x0132;
const EXIF_DIRECTORY = 0x8769;
const DATE_TIME_ORIGINAL = 0x9003;
const DATE_TIME_DIGITIZED = 0x9004;

/** @returns 1 to 8, 1 if it is not told; undefined for what is no EXIF, or no such value */
export function readOrientation(exif: Buffer): number | undefined {
  const tiff = openTiff(exif);
  const directory = tiff && openDirectory(tiff, tiff.uint32(FIRST_DIRECTORY));
  if (tiff === undefined || directory === undefined) return undefined;
  const entry = findEntry(tiff, directory, ORIENTATION);
  if (entry === undefined) return 1;
  const value = tiff.uint16(entry.valueAt);
  return entry.type === SHORT && entry.count === 1 && value >= 1 && value <= 8 ? value : undefined;
}

/** What the camera's clock showed, as if it were UTC; undefined if that is not told, or no date. */
export function readDateTaken(exif: Buffer): number | undefined {
  const tiff = openTiff(exif);
  const image = tiff && openDirectory(tiff, tiff.uint32(FIRST_DIRECTORY));
  if (tiff === undefined || image === undefined) return undefined;
  const pointer = findEntry(tiff, image, EXIF_DIRECTORY);
  const isPointer = pointer?.type === LONG && pointer.count === 1;
  const photo = isPointer ? openDirectory(tiff, tiff.uint32(pointer.valueAt)) : undefined;
  return (
    readDate(tiff, photo && findEntry(tiff, photo, DATE_TIME_ORIGINAL)) ??
    readDate(tiff, photo && findEntry(tiff, photo, DATE_TIME_DIGITIZED)) ??
    readDate(tiff, findEntry(tiff, image, DATE_TIME))
  );
}

/** Offsets count from the byte order mark. Reading beyond the end throws RangeError. */
type Tiff = {
  readonly bytes: Buffer;
  readonly uint16: (at: number) => number;
  readonly uint32: (at: number) => number;
};

/** Of its entries. */
type Directory = { readonly start: number; readonly end: number };

type Entry = { readonly type: number; readonly count: number; readonly valueAt: number };

const ENTRY_BYTES = 12;
const HEADER_BYTES = 8;
const FIRST_DIRECTORY = 4;

/** From a JPEG file with the mark of EXIF before it, from others without (TIFF 6.0, Section 2). */
function openTiff(exif: Buffer): Tiff | undefined {
  const bytes = exif.subarray(0, MARK.length).equals(MARK) ? exif.subarray(MARK.length) : exif;
  const isLittle = bytes.toString("latin1", 0, 2) === "II";
  const tiff: Tiff = isLittle
    ? { bytes, uint16: (at) => bytes.readUInt16LE(at), uint32: (at) => bytes.readUInt32LE(at) }
    : { bytes, uint16: (at) => bytes.readUInt16BE(at), uint32: (at) => bytes.readUInt32BE(at) };
  const isTiff = bytes.length >= HEADER_BYTES && (isLittle || bytes.toString("latin1", 0, 2) === "MM");
  return isTiff && tiff.uint16(2) === 42 ? tiff : undefined;
}

/** Undefined if there are not as many entries as it says. */
function openDirectory(tiff: Tiff, start: number): Directory | undefined {
  if (start + 2 > tiff.bytes.length) return undefined;
  const end = start + 2 + ENTRY_BYTES * tiff.uint16(start);
  return end > tiff.bytes.length ? undefined : { start: start + 2, end };
}

/** Of several the first. */
function findEntry(tiff: Tiff, { start, end }: Directory, tag: number): Entry | undefined {
  for (let at = start; at < end; at += ENTRY_BYTES) {
    if (tiff.uint16(at) !== tag) continue;
    return { type: tiff.uint16(at + 2), count: tiff.uint32(at + 4), valueAt: at + 8 };
  }
  return undefined;
}

/** `YYYY:MM:DD HH:MM:SS` and NUL (EXIF 2.32, §4.6.4); what was never set is zeros or spaces. */
const DATE = /^([1-9]\d{3}):(0[1-9]|1[0-2]):(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;
const DATE_BYTES = 19;

function readDate(tiff: Tiff, entry: Entry | undefined): number | undefined {
  if (entry?.type !== ASCII || entry.count < DATE_BYTES) return undefined;
  const start = tiff.uint32(entry.valueAt);
  const match = DATE.exec(tiff.bytes.toString("latin1", start, start + DATE_BYTES));
  if (match === null) return undefined;
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  const timeMs = Date.UTC(year, month - 1, ...rest);
  return timeMs > 0 ? timeMs : undefined; // before 1970 nobody had a camera that knew the time
}
