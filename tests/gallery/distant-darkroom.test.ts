import { rm, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createCacheDirectory } from "../../src/gallery/cache-directory.ts";
import type { Darkroom, OpenedPhoto } from "../../src/gallery/darkroom.ts";
import {
  type PictureJob,
  type PictureOutcome,
  createDistantDarkroom,
  createPictureWork,
} from "../../src/gallery/distant-darkroom.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import { UnreadablePicture } from "../../src/gallery/picture-decoder.ts";
import type { StorageKey } from "../../src/gallery/storage.ts";
import { settings } from "../../settings.ts";
import { UPRIGHT, UPRIGHT_CORNERS, cornerColours, encodePicture } from "../support/pictures.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = temporaryFolders();
const opened: OpenedPhoto[] = [];

afterEach(async () => {
  for (const { file } of opened.splice(0)) await file.close();
});

type Setup = {
  readonly root: string;
  readonly cacheDirectory: string;
  readonly darkroom: Darkroom;
  readonly open: (name: string) => Promise<OpenedPhoto>;
  /** What was asked for in the other process, and what it said. */
  readonly jobs: PictureJob[];
  readonly outcomes: PictureOutcome[];
};

/** Both ends, and between them what a channel does: nothing but JSON comes through. */
async function createSetup(
  files: Readonly<Record<string, string | Uint8Array>>,
  limits: Partial<Record<keyof typeof settings.pictures, number>> = {},
): Promise<Setup> {
  const [root, cacheDirectory] = [await temporaryFolder(), await temporaryFolder()];
  await fill(root, files);
  const pictures = { ...settings.pictures, ...limits };
  const work = createPictureWork(pictures);
  const jobs: PictureJob[] = [];
  const outcomes: PictureOutcome[] = [];
  const ask = async (job: PictureJob): Promise<PictureOutcome> => {
    jobs.push(job);
    const outcome = await work(JSON.parse(JSON.stringify(job)) as PictureJob);
    outcomes.push(outcome);
    return JSON.parse(JSON.stringify(outcome)) as PictureOutcome;
  };
  const storage = await createLocalStorage(root);
  return {
    root,
    cacheDirectory,
    darkroom: createDistantDarkroom(ask, { root, cacheDirectory }, pictures),
    async open(name) {
      const key = name as StorageKey;
      const file = await storage.open(key);
      if (file.kind === "folder") throw new Error("A file was expected.");
      opened.push({ key, file });
      return { key, file };
    },
    jobs,
    outcomes,
  };
}

async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("a photo is measured", () => {
  test("here if it is an ordinary JPEG file", async () => {
    const { darkroom, open, jobs } = await createSetup({ "a.jpg": await encodePicture({ orientation: 6 }) });
    expect(await darkroom.measure(await open("a.jpg"))).toMatchObject(UPRIGHT);
    expect(jobs).toEqual([]);
  });

  test.each(["png", "webp"] as const)("there if it is %s, with all that is said of it", async (format) => {
    const { darkroom, open, jobs } = await createSetup({
      "a.jpg": await encodePicture({ format, taken: "2021:05:03 08:15:30" }),
    });
    const takenMs = Date.UTC(2021, 4, 3, 8, 15, 30);
    expect(await darkroom.measure(await open("a.jpg"))).toEqual({ ...UPRIGHT, takenMs });
    expect(jobs.map(({ kind }) => kind)).toEqual(["measure"]);
  });

  test("there if it is none, and is not", async () => {
    const { darkroom, open } = await createSetup({ "a.jpg": "text" });
    const error = await reasonOf(darkroom.measure(await open("a.jpg")));
    expect(error).toBeInstanceOf(UnreadablePicture);
    expect(error).toMatchObject({ mayPass: false });
  });
});

describe("a rendition is developed there", () => {
  test("from the photo", async () => {
    const { darkroom, open } = await createSetup({ "a.jpg": await encodePicture({ orientation: 8 }) });
    const bytes = await darkroom.develop(await open("a.jpg"), 48, "webp");
    expect(await cornerColours(bytes)).toEqual(UPRIGHT_CORNERS);
  });

  test("from a photo whose name is no UTF-8", async () => {
    const name = "caf\uDCE9.jpg"; // the octet E9 (utf8.ts)
    const { root, darkroom, open } = await createSetup({});
    await writeFile(Buffer.from(`${root}/caf\xE9.jpg`, "latin1"), await encodePicture());
    const bytes = await darkroom.develop(await open(name), 48, "jpeg");
    expect(await cornerColours(bytes)).toEqual(UPRIGHT_CORNERS);
  });

  test("from a larger one in the cache, whose octets are not sent", async () => {
    const { darkroom, cacheDirectory, jobs } = await createSetup({});
    const rendition = { name: "thumbnails/ab/cd.jpeg", bytes: await encodePicture() };
    await createCacheDirectory(cacheDirectory, () => undefined).write(rendition.name, rendition.bytes);
    const bytes = await darkroom.develop(rendition, 48, "jpeg");
    expect(await cornerColours(bytes)).toEqual(UPRIGHT_CORNERS);
    expect(JSON.stringify(jobs).length).toBeLessThan(1_000);
  });
});

describe("what has changed meanwhile is not decoded, and may be another time:", () => {
  test("a photo that was replaced", async () => {
    const { root, darkroom, open } = await createSetup({ "a.jpg": await encodePicture() });
    const photo = await open("a.jpg");
    await fill(root, { "a.jpg": await encodePicture({ orientation: 3 }) });
    const error = await reasonOf(darkroom.develop(photo, 48, "jpeg"));
    expect(error).toBeInstanceOf(UnreadablePicture);
    expect(error).toMatchObject({ mayPass: true });
  });

  test("a photo that is gone", async () => {
    const { root, darkroom, open } = await createSetup({ "a.jpg": await encodePicture() });
    const photo = await open("a.jpg");
    await rm(`${root}/a.jpg`);
    expect(await reasonOf(darkroom.develop(photo, 48, "jpeg"))).toMatchObject({ mayPass: true });
  });

  test("a rendition that is not in the cache any more", async () => {
    const { darkroom } = await createSetup({});
    const rendition = { name: "thumbnails/ab/cd.jpeg", bytes: await encodePicture() };
    expect(await reasonOf(darkroom.develop(rendition, 48, "jpeg"))).toMatchObject({ mayPass: true });
  });
});

test("what is too large is not read, and never will be", async () => {
  const { darkroom, open } = await createSetup({ "a.jpg": await encodePicture() }, { maxSourceBytes: 100 });
  const error = await reasonOf(darkroom.develop(await open("a.jpg"), 48, "jpeg"));
  expect(error).toMatchObject({ name: "UnreadablePicture", mayPass: false });
});

const askInVain = (): Promise<PictureOutcome> => Promise.resolve({ kind: "failed", reason: "No process." });

test("what is no fault of the picture is told as what it is", async () => {
  const { root, cacheDirectory } = await createSetup({});
  const darkroom = createDistantDarkroom(askInVain, { root, cacheDirectory }, settings.pictures);
  const error = await reasonOf(darkroom.develop({ name: "a", bytes: Buffer.alloc(0) }, 48, "jpeg"));
  expect(error).toMatchObject({ name: "Error", message: "No process." });
});

test("a job leads nowhere outside the folder", async () => {
  const { root, cacheDirectory } = await createSetup({
    "a.jpg": await encodePicture(),
    "photos/b.jpg": "text",
  });
  const work = createPictureWork(settings.pictures);
  const original = { key: "../a.jpg", version: "any" };
  const job: PictureJob = { root: `${root}/photos`, cacheDirectory, kind: "measure", original };
  expect(await work(job)).toEqual({ kind: "unreadable", mayPass: true });
});
