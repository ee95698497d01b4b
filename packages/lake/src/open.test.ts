import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "@almanac/domain/errors";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filedAs, inChunks, lines, whole } from "../testing/bodies.ts";
import { openLake } from "./open.ts";

describe("the URL of a lake", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "almanac-open-")), "a zone+ä");
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  test("an absolute path, a relative path and a file URL are the same folder", async () => {
    const urls = [`file:${folder}`, `file:${relative(".", folder)}`, pathToFileURL(folder).href, `file:${folder}/`];
    for (const [index, url] of urls.entries()) {
      const lake = openLake(url);
      expect(lake.kind).toBe("file");
      const stored = await lake.putRaw(inChunks(lines(3)), filedAs);
      expect(stored.wasThere).toBe(index > 0);
      expect(stored.uri.startsWith(`${pathToFileURL(folder).href}/raw/`)).toBe(true);
      expect((await whole(await lake.open(stored.uri, stored))).equals(lines(3))).toBe(true);
      await lake.close();
    }
  });

  test.each(["s3://bucket", "s3://bucket/", "s3://bucket/some/prefix", "s3://my.bucket-1/p/"])(
    "%s is a bucket, and opening it sends nothing",
    async (url) => {
      const lake = openLake(url, { s3: { region: "eu-west-1", accessKeyId: "x", secretAccessKey: "y" } });
      expect(lake.kind).toBe("s3");
      await lake.close();
    },
  );

  test.each([
    "",
    "/srv/lake",
    "file:",
    "file://host/lake",
    "http://bucket/x",
    "s3:",
    "s3://",
    "s3://UPPER",
    "s3:bucket",
  ])("%j is refused with a reason", (url) => {
    expect(() => openLake(url)).toThrow(AppError);
    try {
      openLake(url);
    } catch (error) {
      expect(error).toMatchObject({ category: "incorrect", code: "lake.url_invalid" });
    }
  });

  test("a prefix that leaves the bucket is refused", () => {
    expect(() => openLake("s3://bucket/../other")).toThrow(/refused name/);
  });
});
