import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createCacheDirectory } from "../../src/gallery/cache-directory.ts";
import { createDarkroom } from "../../src/gallery/darkroom.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import { type RenditionFormat, UnreadablePicture } from "../../src/gallery/picture-decoder.ts";
import type { StorageKey } from "../../src/gallery/storage.ts";
import { type Thumbnail, createThumbnails } from "../../src/gallery/thumbnails.ts";
import { settings } from "../../settings.ts";
import { UPRIGHT_CORNERS, cornerColours, encodePicture, plainPicture } from "../support/pictures.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";
import { TestClient } from "../support/test-client.ts";
import { CountedDecoder, Table } from "../support/test-gallery.ts";

const temporaryFolder = temporaryFolders();

type Worker = {
  readonly decoder: CountedDecoder;
  readonly get: (
    name: string,
    sizePx?: number,
    format?: RenditionFormat,
    client?: TestClient,
  ) => Promise<Thumbnail>;
};

type Site = {
  readonly table: Table;
  readonly root: string;
  readonly cacheDirectory: string;
  readonly startWorker: (options?: {
    recipeVersion?: number;
    maxSourceBytes?: number;
    rootIdentity?: string;
  }) => Worker;
};

/** Workers of one server: they share the root, the cache and the table of turns. */
async function createSite(
  files: Readonly<Record<string, string | Uint8Array>>,
  table = new Table(),
): Promise<Site> {
  const [root, cacheDirectory] = [await temporaryFolder(), await temporaryFolder()];
  await fill(root, files);
  const storage = await createLocalStorage(root);
  const startWorker: Site["startWorker"] = (options = {}) => {
    const decoder = new CountedDecoder();
    const maxSourceBytes = options.maxSourceBytes ?? settings.pictures.maxSourceBytes;
    const thumbnails = createThumbnails({
      cache: createCacheDirectory(cacheDirectory, () => undefined),
      darkroom: createDarkroom(decoder, { ...settings.pictures, maxSourceBytes }),
      turns: table.createTurns(),
      rootIdentity: options.rootIdentity ?? root,
      sizesPx: [48, 64, 160],
      recipeVersion: options.recipeVersion ?? 1,
      maxMemoryBytes: settings.pictures.maxMemoryBytes,
      retryAfterSeconds: 10,
    });
    const get: Worker["get"] = async (name, sizePx = 48, format = "jpeg", client = new TestClient()) => {
      const file = await storage.open(name as StorageKey);
      if (file.kind === "folder") throw new Error("A file was expected.");
      try {
        return await thumbnails.get(name as StorageKey, file, sizePx, format, client);
      } finally {
        await file.close();
      }
    };
    return { decoder, get };
  };
  return { root, cacheDirectory, table, startWorker };
}

/** Has nobody get a turn until what is returned is called: it frees as many as it is told, or all. */
async function holdTurns(table: Table): Promise<(count?: number) => void> {
  const turns = table.createTurns();
  const others = Array.from({ length: Table.maxAtOnce }, (_, i) =>
    turns.take({ key: `other ${i}`, after: [], urgency: "usual" }),
  );
  const held = await Promise.all(others);
  return (count = held.length) => {
    for (const turn of held.splice(0, count)) if (turn.kind === "mine") turn.done();
  };
}

/** Has nobody get a turn until so many are wanted. */
async function holdTurnsUntilWanted(table: Table, count: number): Promise<void> {
  const letGo = await holdTurns(table);
  await untilWanted(table, table.wanted + count);
  letGo();
}

async function untilWanted(table: Table, count: number): Promise<void> {
  await until(() => table.wanted >= count);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** What the decoder was given, in octets; the picture of the library is none of them. */
const sourcesOf = async (
  sizesPx: readonly number[],
  formats: readonly RenditionFormat[],
): Promise<string[]> => {
  const photo = await encodePicture({ orientation: 6 });
  const { startWorker } = await createSite({ "a.jpg": photo });
  const worker = startWorker();
  const made = new Map<string, string>([[photo.toString("latin1"), "photo"]]);
  for (const [i, sizePx] of sizesPx.entries()) {
    const { bytes } = await worker.get("a.jpg", sizePx, formats[i]);
    made.set(bytes.toString("latin1"), `${sizePx} ${formats[i]}`);
    expect(await cornerColours(bytes)).toEqual(UPRIGHT_CORNERS);
  }
  return worker.decoder.sources.map((bytes) => made.get(bytes.toString("latin1")) ?? "unknown");
};

describe("from a larger one that is there", () => {
  test("a smaller one is made, upright as well", async () => {
    expect(await sourcesOf([160, 48], ["jpeg", "jpeg"])).toEqual(["photo", "160 jpeg"]);
  });

  test("it is made if that is twice as large at least", async () => {
    expect(await sourcesOf([64, 48], ["jpeg", "jpeg"])).toEqual(["photo", "photo"]);
  });

  test("it is made if that is of the same format", async () => {
    expect(await sourcesOf([160, 48], ["webp", "jpeg"])).toEqual(["photo", "photo"]);
  });

  test("it is made if that is wanted at the same time, by whatever worker", async () => {
    const photo = await encodePicture();
    const { table, startWorker } = await createSite({ "a.jpg": photo });
    const [one, other] = [startWorker(), startWorker()];
    const holding = holdTurnsUntilWanted(table, 2);
    const [, large] = await Promise.all([one.get("a.jpg", 48), other.get("a.jpg", 160), holding]);
    expect(other.decoder.sources).toEqual([photo]);
    expect(one.decoder.sources).toEqual([large.bytes]);
  });

  test("no larger one is made of a smaller", async () => {
    expect(await sourcesOf([48, 160], ["jpeg", "jpeg"])).toEqual(["photo", "photo"]);
  });
});

test("a thumbnail is a rendition of the photo", async () => {
  const { startWorker } = await createSite({ "a.jpg": await encodePicture({ orientation: 6 }) });
  const { bytes } = await startWorker().get("a.jpg");
  expect(await cornerColours(bytes)).toEqual(UPRIGHT_CORNERS);
});

describe("it is made once", () => {
  test("for many who ask one after the other", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const worker = startWorker();
    const first = await worker.get("a.jpg");
    expect(await worker.get("a.jpg")).toEqual(first);
    expect(worker.decoder.renditions).toBe(1);
  });

  test("for many who ask at the same time", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const worker = startWorker();
    const all = await Promise.all(Array.from({ length: 20 }, () => worker.get("a.jpg")));
    for (const thumbnail of all) expect(thumbnail).toEqual(all[0]);
    expect(worker.decoder.renditions).toBe(1);
  });

  test("for many who ask several workers at the same time", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const workers = Array.from({ length: 4 }, () => startWorker());
    const all = await Promise.all(workers.flatMap((worker) => [worker.get("a.jpg"), worker.get("a.jpg")]));
    for (const thumbnail of all) expect(thumbnail).toEqual(all[0]);
    expect(workers.reduce((sum, { decoder }) => sum + decoder.renditions, 0)).toBe(1);
  });

  test("and those who waited for another worker's need no turn of their own", async () => {
    const { table, startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const workers = Array.from({ length: 8 }, () => startWorker());
    const holding = holdTurnsUntilWanted(table, workers.length);
    const all = await Promise.all(workers.map((worker) => worker.get("a.jpg")));
    await holding;
    for (const thumbnail of all) expect(thumbnail).toEqual(all[0]);
    expect(table.wanted).toBe(Table.maxAtOnce + workers.length);
    expect(workers.reduce((sum, { decoder }) => sum + decoder.renditions, 0)).toBe(1);
  });

  test("but by each worker for itself, if nothing can be kept", async () => {
    const { cacheDirectory, table, startWorker } = await createSite({ "a.jpg": await encodePicture() });
    await rm(cacheDirectory, { recursive: true });
    await fill(dirname(cacheDirectory), { [basename(cacheDirectory)]: "a file in its place" });
    const workers = Array.from({ length: 3 }, () => startWorker());
    const holding = holdTurnsUntilWanted(table, workers.length);
    const all = await Promise.all(workers.map((worker) => worker.get("a.jpg")));
    await holding;
    for (const thumbnail of all) expect(thumbnail).toEqual(all[0]);
    expect(workers.map(({ decoder }) => decoder.renditions)).toEqual([1, 1, 1]);
  });

  test("for a second worker that comes later", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const first = await startWorker().get("a.jpg");
    const second = startWorker();
    expect(await second.get("a.jpg")).toEqual(first);
    expect(second.decoder.renditions).toBe(0);
  });
});

describe("it is made again", () => {
  test("in another size or another format, with another tag", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const worker = startWorker();
    const all = [
      await worker.get("a.jpg", 48),
      await worker.get("a.jpg", 24),
      await worker.get("a.jpg", 48, "webp"),
    ];
    expect(worker.decoder.renditions).toBe(3);
    expect(new Set(all.map(({ entityTag }) => entityTag)).size).toBe(3);
    for (const { entityTag } of all) expect(entityTag).toMatch(/^"[\x21\x23-\x7e]+"$/); // §8.8.3, and strong
  });

  test("when the photo was replaced, with another tag", async () => {
    const { startWorker, root } = await createSite({ "a.jpg": await encodePicture() });
    const worker = startWorker();
    const before = await worker.get("a.jpg");
    await fill(root, { "a.jpg": await plainPicture(60, 40, "blue").jpeg().toBuffer() });
    const after = await worker.get("a.jpg");
    expect(await cornerColours(after.bytes)).toEqual(Array(4).fill("blue"));
    expect(after.entityTag).not.toBe(before.entityTag);
  });

  test("when the recipe changed", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    await startWorker().get("a.jpg");
    const later = startWorker({ recipeVersion: 2 });
    await later.get("a.jpg");
    expect(later.decoder.renditions).toBe(1);
  });

  test("for another root that shares the cache", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    await startWorker().get("a.jpg");
    const other = startWorker({ rootIdentity: "/another/root" });
    await other.get("a.jpg");
    expect(other.decoder.renditions).toBe(1);
  });

  test("when the cache cannot keep it", async () => {
    const { startWorker, cacheDirectory } = await createSite({ "a.jpg": await encodePicture() });
    await rm(cacheDirectory, { recursive: true });
    await fill(join(cacheDirectory, ".."), { [cacheDirectory.split("/").at(-1) ?? ""]: "a file" });
    const worker = startWorker();
    expect((await worker.get("a.jpg")).bytes).toEqual((await worker.get("a.jpg")).bytes);
    expect(worker.decoder.renditions).toBe(2);
  });
});

describe("a photo that cannot be decoded", () => {
  test("is remembered for all sizes and formats", async () => {
    const { startWorker } = await createSite({ "a.jpg": "text" });
    const worker = startWorker();
    await expect(worker.get("a.jpg", 48, "jpeg")).rejects.toThrow(UnreadablePicture);
    await expect(worker.get("a.jpg", 16, "webp")).rejects.toThrow(UnreadablePicture);
    expect(worker.decoder.renditions).toBe(1);
  });

  test("is remembered, by other workers too", async () => {
    const { startWorker } = await createSite({ "a.jpg": "text" });
    const worker = startWorker();
    await expect(worker.get("a.jpg")).rejects.toThrow(UnreadablePicture);
    await expect(worker.get("a.jpg")).rejects.toThrow(UnreadablePicture);
    expect(worker.decoder.renditions).toBe(1);
    const second = startWorker();
    await expect(second.get("a.jpg")).rejects.toThrow(UnreadablePicture);
    expect(second.decoder.renditions).toBe(0);
  });

  test("is tried again when it was replaced", async () => {
    const { startWorker, root } = await createSite({ "a.jpg": "text" });
    const worker = startWorker();
    await expect(worker.get("a.jpg")).rejects.toThrow(UnreadablePicture);
    await fill(root, { "a.jpg": await encodePicture() });
    expect(await cornerColours((await worker.get("a.jpg")).bytes)).toEqual(UPRIGHT_CORNERS);
  });

  test("is refused to everybody who asks at the same time, and tried once", async () => {
    const { startWorker } = await createSite({ "a.jpg": "text" });
    const worker = startWorker();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => worker.get("a.jpg")));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    expect(worker.decoder.renditions).toBe(1);
  });

  test("because it is too large is not even read", async () => {
    const { startWorker } = await createSite({ "a.jpg": await encodePicture() });
    const worker = startWorker({ maxSourceBytes: 100 });
    await expect(worker.get("a.jpg")).rejects.toThrow(UnreadablePicture);
    expect(worker.decoder.renditions).toBe(0);
  });
});

test("a turn is given back after a failure: more photos fail than there are turns, and the next one is made", async () => {
  const broken = Array.from({ length: 12 }, (_, i) => `broken-${i}.jpg`);
  const { startWorker } = await createSite({
    ...Object.fromEntries(broken.map((name) => [name, name])),
    "a.jpg": await encodePicture(),
  });
  const worker = startWorker();
  const outcomes = await Promise.allSettled(broken.map((name) => worker.get(name)));
  expect(outcomes.map(({ status }) => status)).toEqual(broken.map(() => "rejected"));
  expect(await cornerColours((await worker.get("a.jpg")).bytes)).toEqual(UPRIGHT_CORNERS);
});

async function expectRefused(thumbnails: readonly Promise<Thumbnail>[]): Promise<void> {
  const outcomes = await Promise.allSettled(thumbnails);
  const fields = [
    ["Retry-After", "10"],
    ["Cache-Control", "no-store"],
  ];
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { status: 503, fields } });
  }
}

/** So many files of the same picture: `a.jpg`, `b.jpg` and so on. */
async function photos(count: number): Promise<Record<string, Buffer>> {
  const picture = await encodePicture();
  return Object.fromEntries(["a", "b", "c", "d"].slice(0, count).map((name) => [`${name}.jpg`, picture]));
}

describe("whoever leaves is not waited for", () => {
  test("what nobody waits for any more is not made", async () => {
    const { table, startWorker } = await createSite(await photos(2));
    const worker = startWorker();
    const letGo = await holdTurns(table);
    const clients = [new TestClient(), new TestClient()];
    const left = clients.map((client) => worker.get("a.jpg", 48, "jpeg", client));
    await untilWanted(table, Table.maxAtOnce + 1);
    for (const client of clients) client.become("gone");
    await expectRefused(left);
    letGo();
    expect(worker.decoder.renditions).toBe(0);
    expect(clients.map(({ isWatched }) => isWatched)).toEqual([false, false]);
    await worker.get("a.jpg");
    expect(worker.decoder.renditions).toBe(1);
  });

  test("what one of several waits for is made", async () => {
    const { table, startWorker } = await createSite(await photos(2));
    const worker = startWorker();
    const letGo = await holdTurns(table);
    const [client, other] = [new TestClient(), new TestClient()];
    const both = [client, other].map((who) => worker.get("a.jpg", 48, "jpeg", who));
    await until(() => client.isWatched && other.isWatched);
    client.become("gone");
    letGo();
    for (const { bytes } of await Promise.all(both))
      expect(await cornerColours(bytes)).toEqual(UPRIGHT_CORNERS);
  });

  test("what was looked for by who left before its turn was asked for is not made", async () => {
    const { startWorker } = await createSite(await photos(2));
    const worker = startWorker();
    await expectRefused([worker.get("a.jpg", 48, "jpeg", new TestClient("gone"))]);
    expect(worker.decoder.renditions).toBe(0);
  });

  test("who sends no more may wait all the same: it comes after the others", async () => {
    const { table, startWorker } = await createSite(await photos(2));
    const worker = startWorker();
    const letGo = await holdTurns(table);
    const client = new TestClient();
    const order: string[] = [];
    const silent = worker.get("a.jpg", 48, "jpeg", client).then(() => order.push("silent"));
    await untilWanted(table, Table.maxAtOnce + 1);
    const waiting = worker.get("b.jpg").then(() => order.push("waiting"));
    await untilWanted(table, Table.maxAtOnce + 2);
    client.become("silent");
    letGo(1);
    await Promise.all([silent, waiting]);
    expect(order).toEqual(["waiting", "silent"]);
  });
});

describe("when as many wait to be made as may", () => {
  test("one more is refused to all who want it, is not made, and can be had later", async () => {
    const { table, startWorker } = await createSite(await photos(4), new Table(2));
    const worker = startWorker();
    const letGo = await holdTurns(table);
    const waiting = [worker.get("a.jpg"), worker.get("b.jpg")];
    await untilWanted(table, Table.maxAtOnce + 2);
    await expectRefused([worker.get("c.jpg"), worker.get("c.jpg")]);
    letGo();
    await Promise.all(waiting);
    expect(worker.decoder.renditions).toBe(2);
    expect(await cornerColours((await worker.get("c.jpg")).bytes)).toEqual(UPRIGHT_CORNERS);
  });

  test("the largest one comes first, and in the place of another", async () => {
    const { table, startWorker } = await createSite(await photos(4), new Table(2));
    const worker = startWorker();
    const letGo = await holdTurns(table);
    const first = worker.get("a.jpg");
    await untilWanted(table, Table.maxAtOnce + 1);
    const second = worker.get("b.jpg");
    await untilWanted(table, Table.maxAtOnce + 2);
    const clicked = worker.get("d.jpg", 160);
    await expectRefused([second]);
    letGo();
    expect(await cornerColours((await clicked).bytes)).toEqual(UPRIGHT_CORNERS);
    await first;
  });
});
