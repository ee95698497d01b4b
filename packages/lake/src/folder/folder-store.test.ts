// What only a folder has: drafts of the dead, symlinks, permissions, a disk that fills up.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filedAs, inChunks, lines, noise, sha256 } from "../../testing/bodies.ts";
import { bodyTooMuch } from "../../testing/filling-process.ts";
import { openLake } from "../open.ts";

const fillingProcess = fileURLToPath(new URL("../../testing/filling-process.ts", import.meta.url));

describe("a lake in a folder", () => {
  let folder: string;
  let root: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "almanac-folder-"));
    root = join(folder, "deep", "zone");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("drafts older than a day are swept when the lake is opened; younger ones and other files stay", async () => {
    const incoming = join(root, ".incoming");
    mkdirSync(incoming, { recursive: true });
    const hour = 3600;
    const now = Date.now() / 1000;
    for (const [name, age] of [
      ["old.part", 25 * hour],
      ["young.part", 23 * hour],
      ["old.txt", 99 * hour],
    ] as const) {
      writeFileSync(join(incoming, name), "x");
      utimesSync(join(incoming, name), now - age, now - age);
    }
    await openLake(`file:${root}`).close();
    expect(readdirSync(incoming).sort()).toEqual(["old.txt", "young.part"]);
  });

  test("an object can be read by owner and group, and written by nobody", async () => {
    const lake = openLake(`file:${root}`);
    const { uri } = await lake.putRaw(inChunks(lines(1)), filedAs);
    await lake.putNamed("journal/1", Buffer.from("x"));
    expect(statSync(new URL(uri)).mode & 0o777).toBe(0o440);
    expect(statSync(join(root, "journal/1")).mode & 0o777).toBe(0o440);
    expect(statSync(join(root, "raw/events")).mode & 0o007).toBe(0);
    await lake.close();
  });

  test("symlinks below the root are neither followed nor listed nor written through; the root may be one", async () => {
    const outside = join(folder, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "secret"), "s");
    mkdirSync(root, { recursive: true });
    symlinkSync(outside, join(root, "journal"));
    mkdirSync(join(root, "manifests"));
    symlinkSync(join(outside, "secret"), join(root, "manifests", "link.json"));
    mkdirSync(join(root, "raw"));
    symlinkSync(outside, join(root, "raw", "events"));
    symlinkSync(root, join(folder, "root-link"));

    const lake = openLake(`file:${join(folder, "root-link")}`);
    await expect(lake.getNamed("journal/secret")).rejects.toMatchObject({ code: "lake.name_refused" });
    await expect(lake.getNamed("manifests/link.json")).rejects.toMatchObject({ code: "lake.name_refused" });
    await expect(lake.putNamed("journal/new", Buffer.from("x"))).rejects.toMatchObject({ code: "lake.unavailable" });
    await expect(lake.putNamed("manifests/link.json", Buffer.from("x"))).resolves.toBe(false);
    await expect(lake.putRaw(inChunks(lines(1)), filedAs)).rejects.toMatchObject({ code: "lake.unavailable" });
    for await (const object of lake.list("")) expect(object.name).toBe("nothing");
    await expect(lake.putNamed("manifests/own.json", Buffer.from("x"))).resolves.toBe(true);
    expect(readdirSync(outside)).toEqual(["secret"]);
    await lake.close();
  });

  test("a zone whose folders somebody removes is made again by the next write", async () => {
    const lake = openLake(`file:${root}`);
    await lake.putRaw(inChunks(lines(1)), filedAs);
    await lake.putNamed("journal/1", Buffer.of(1));
    for (const removed of [join(root, "raw", "events"), root]) {
      rmSync(removed, { recursive: true });
      await expect(lake.putRaw(inChunks(lines(1)), filedAs)).resolves.toMatchObject({ wasThere: false });
    }
    await expect(lake.putNamed("journal/1", Buffer.of(1))).resolves.toBe(true);
    await lake.close();
  });

  test("a link in the place of an object is told, and is not replaced", async () => {
    const lake = openLake(`file:${root}`);
    const body = lines(1);
    const day = join(root, "raw/events/2026-11-22");
    mkdirSync(day, { recursive: true });
    writeFileSync(join(folder, "elsewhere"), "x");
    symlinkSync(join(folder, "elsewhere"), join(day, `${sha256(body).toString("hex")}.ndjson.zst`));
    await expect(lake.putRaw(inChunks(body), filedAs)).rejects.toMatchObject({ code: "lake.corrupt" });
    expect(readdirSync(join(root, ".incoming"))).toEqual([]);
    await lake.close();
  });

  test("a folder that cannot be made is unavailable, not a crash", async () => {
    writeFileSync(join(folder, "deep"), "a file in the way");
    const lake = openLake(`file:${root}`);
    const refusal = { category: "unavailable", code: "lake.unavailable" };
    await expect(lake.putRaw(inChunks(noise(10)), filedAs)).rejects.toMatchObject(refusal);
    await expect(lake.putNamed("journal/1", Buffer.of(1))).rejects.toMatchObject(refusal);
    await lake.close();
  });

  const report = (command: string, args: string[]): unknown => {
    const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const refused = { refused: "unavailable lake.full", left: [] };

  test("a file that may not grow is a full lake: nothing is left, and there is recovery", async () => {
    // 600 blocks of 512 bytes (1024 in some shells): less than the body in either.
    const limited = `ulimit -S -f 600 && exec "$@"`;
    expect(report("sh", ["-c", limited, "sh", process.execPath, fillingProcess, root])).toEqual(refused);
    const lake = openLake(`file:${root}`);
    await expect(lake.putRaw(inChunks(bodyTooMuch()), filedAs)).resolves.toMatchObject({ wasThere: false });
    await lake.close();
  });

  // A file system of its own needs the right to mount: root has it, others in a namespace of their own, where allowed.
  const onSmallDisk = `exec unshare -rm sh -c 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"' "$@"`;
  const canMount = spawnSync("sh", ["-c", onSmallDisk, "sh", tmpdir(), "true"], { stdio: "ignore" }).status === 0;
  if (!canMount) process.stderr.write("No right to mount here: left out the test of a full file system.\n");

  test.runIf(canMount)("a full disk is a full lake: nothing is left, and there is recovery once there is space", () => {
    mkdirSync(root, { recursive: true });
    const filling = [process.execPath, fillingProcess, join(root, "zone"), join(root, "ballast")];
    const again = { bytes: bodyTooMuch().length, wasThere: false };
    expect(report("sh", ["-c", onSmallDisk, "sh", root, ...filling])).toEqual({ ...refused, again });
  });
});
