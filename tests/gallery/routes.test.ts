import { describe, expect, test } from "vitest";
import { type Resource, findResource } from "../../src/gallery/routes.ts";

describe("a path and its query", () => {
  const cases: { of: string; firstName?: string; isFolder?: boolean; query?: string; is: Resource }[] = [
    { of: "one of our own files", firstName: "-", is: { kind: "own-file" } },
    { of: "the folder of our own files", firstName: "-", isFolder: true, is: { kind: "own-file" } },
    {
      of: "one of our own files, with any query",
      firstName: "-",
      query: "size=320&view",
      is: { kind: "own-file" },
    },
    { of: "a folder", isFolder: true, is: { kind: "folder", page: undefined } },
    { of: "a page of a folder", isFolder: true, query: "page=2", is: { kind: "folder", page: "2" } },
    {
      of: "a page that is none, judged later",
      isFolder: true,
      query: "page=x",
      is: { kind: "folder", page: "x" },
    },
    {
      of: "a folder, whatever else is asked",
      isFolder: true,
      query: "size=320&view",
      is: { kind: "folder", page: undefined },
    },
    { of: "a thumbnail", query: "size=320&v=abc", is: { kind: "thumbnail", size: "320", version: "abc" } },
    {
      of: "a thumbnail of no version",
      query: "size=320",
      is: { kind: "thumbnail", size: "320", version: undefined },
    },
    {
      of: "a thumbnail without a size",
      query: "size",
      is: { kind: "thumbnail", size: "", version: undefined },
    },
    {
      of: "a thumbnail rather than a page",
      query: "view&size=1",
      is: { kind: "thumbnail", size: "1", version: undefined },
    },
    { of: "a photo's page", query: "view", is: { kind: "photo-page" } },
    { of: "a photo's page, however it is said", query: "view=1&download", is: { kind: "photo-page" } },
    { of: "a file to be saved", query: "download", is: { kind: "file", isDownload: true } },
    { of: "a file", is: { kind: "file", isDownload: false } },
    { of: "a file with an empty query", query: "", is: { kind: "file", isDownload: false } },
    {
      of: "a file with a query that means nothing",
      query: "utm=1&&=&%",
      is: { kind: "file", isDownload: false },
    },
    {
      of: "a file, as names are case-sensitive",
      query: "View&Size=320",
      is: { kind: "file", isDownload: false },
    },
  ];
  test.each(cases)("of $of", ({ firstName = "a.jpg", isFolder = false, query, is }) => {
    expect(findResource({ firstName, isFolder }, query)).toEqual(is);
  });

  test("of the root, which has no name", () => {
    expect(findResource({ firstName: undefined, isFolder: true }, undefined)).toEqual({
      kind: "folder",
      page: undefined,
    });
  });
});
