/**
 * What thumbnails cost at least: a loop around the image library, with our recipe (src/gallery/picture-decoder.ts) and
 * nothing else. No server, no cache, no second look at the header.
 *
 * Told `{ files, sizePx, atOnce }`, it tells the digests of what it made, again and again until nobody is there.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { settings } from "../../settings.ts";
import type { SharpJob } from "./bare-sharp-loop.ts";

sharp.concurrency(1);
sharp.cache(false);

process.on("message", (message) => {
  void runJob(message as SharpJob).then((digests) => process.send?.(digests));
});

async function runJob({ files, sizePx, atOnce }: SharpJob): Promise<string[]> {
  const digests: string[] = [];
  const queue = files.values();
  const work = async (): Promise<void> => {
    for (const file of queue) {
      const bytes = await render(await readFile(file), sizePx);
      digests.push(createHash("sha256").update(bytes).digest("hex"));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return digests;
}

async function render(bytes: Buffer, sizePx: number): Promise<Buffer> {
  const { jpegQuality, maxSourcePixels, decodeTimeoutSeconds } = settings.pictures;
  return await sharp(bytes, {
    failOn: "error",
    sequentialRead: true,
    limitInputPixels: maxSourcePixels,
    pages: 1,
  })
    .autoOrient()
    .resize(sizePx, sizePx, { fit: "inside", withoutEnlargement: true })
    .timeout({ seconds: decodeTimeoutSeconds })
    .flatten({ background: "white" })
    .jpeg({ quality: jpegQuality })
    .toBuffer();
}
