// The two lakes as a test meets them: a zone of the test's own, and hands that reach its bytes behind the lake's back.
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Lake } from "../src/lake.ts";
import { type LakeOptions, openLake } from "../src/open.ts";
import { filesBelow } from "./files-below.ts";
import { s3ServerForTest } from "./s3-server.ts";

export interface TestZone {
  url: string;
  /** What `openLake` needs beside the URL; also for another process. */
  options: LakeOptions;
  lake: Lake;
  /** Another lake over the same zone, as another process would have it. */
  another(options?: LakeOptions): Lake;
  /** The names of everything that readers can see. */
  names(): string[];
  /** What a failed or killed write may have left behind, under no object's name. */
  remains(): string[];
  bytesOf(name: string): Buffer;
  /** Writes an object's bytes as no lake would. */
  plant(name: string, bytes: Uint8Array): void;
  close(): Promise<void>;
}

export interface LakeKit {
  kind: Lake["kind"];
  zone(): Promise<TestZone>;
  close(): Promise<void>;
}

/** Zones in folders. */
export function folderKit(): LakeKit {
  return {
    kind: "file",
    zone() {
      const folder = mkdtempSync(join(tmpdir(), "almanac-lake-"));
      const root = join(folder, "zone");
      return Promise.resolve(
        zoneOver(
          `file:${root}`,
          {},
          {
            pathOf: (name) => join(root, name),
            names: () => filesBelow(root).filter((name) => !name.startsWith(".")),
            remains: () => filesBelow(join(root, ".incoming")),
            remove: () => rmSync(folder, { recursive: true, force: true }),
          },
        ),
      );
    },
    close: () => Promise.resolve(),
  };
}

/** Zones below prefixes of a bucket. */
export async function s3Kit(): Promise<LakeKit> {
  const server = await s3ServerForTest();
  const ending = "._S3rver_object";
  return {
    kind: "s3",
    zone() {
      const prefix = `zone-${randomUUID()}`;
      const spoolFolder = mkdtempSync(join(tmpdir(), "almanac-spool-"));
      const { endpoint, accessKeyId, secretAccessKey } = server;
      const root = join(server.folder, prefix);
      return Promise.resolve(
        zoneOver(
          `s3://${server.bucket}/${prefix}`,
          { s3: { endpoint, accessKeyId, secretAccessKey, spoolFolder } },
          {
            pathOf: (name) => join(root, name + ending),
            names: () =>
              filesBelow(root)
                .filter((name) => name.endsWith(ending))
                .map((name) => name.slice(0, -ending.length)),
            remains: () => filesBelow(spoolFolder),
            remove: () => rmSync(spoolFolder, { recursive: true, force: true }),
          },
        ),
      );
    },
    close: () => server.close(),
  };
}

interface Hands {
  pathOf(name: string): string;
  names(): string[];
  remains(): string[];
  remove(): void;
}

function zoneOver(url: string, options: LakeOptions, hands: Hands): TestZone {
  const opened: Lake[] = [];
  const another = (more: LakeOptions = {}): Lake => {
    const lake = openLake(url, { ...options, ...more });
    opened.push(lake);
    return lake;
  };
  return {
    url,
    options,
    lake: another(),
    another,
    names: hands.names,
    remains: hands.remains,
    bytesOf: (name) => readFileSync(hands.pathOf(name)),
    plant(name, bytes) {
      const path = hands.pathOf(name);
      mkdirSync(dirname(path), { recursive: true });
      if (existsSync(path)) chmodSync(path, 0o640);
      writeFileSync(path, bytes);
    },
    async close() {
      await Promise.all(opened.map((lake) => lake.close()));
      hands.remove();
    },
  };
}
