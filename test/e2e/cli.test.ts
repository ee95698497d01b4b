// Stories of the command line: the real program against a real server, as a terminal's user and a script would run it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "../stage/stage.ts";

const program = join(import.meta.dirname, "..", "..", "apps", "cli", "src", "main.ts");
const adminKey = "a key of the command line, 32 characters+";
let stage: Stage;
let url: string;
let folder: string;
let locationId: string;
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { ALMANAC_ADMIN_KEY: adminKey };
  const [api] = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  ({ url } = api);
  folder = await mkdtemp(join(tmpdir(), "almanac-cli-"));
  [locationId = ""] = await stage.addLocations(["NL-NH"]);
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}
interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  /** Called once the program runs; what it returns is awaited. */
  meanwhile?: (kill: (signal: NodeJS.Signals) => void) => Promise<void>;
}

async function almanac(args: string[], { input, env = {}, meanwhile }: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      ALMANAC_URL: url,
      ALMANAC_API_KEY: adminKey,
      ALMANAC_DATA_DIR: folder,
      ...env,
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.end(input ?? "");
  const closed = once(child, "close") as Promise<[number | null]>;
  await meanwhile?.((signal) => void child.kill(signal));
  const [code] = await closed;
  // Nothing that moves a cursor or colours: neither stream is a terminal. Lines of CSV end as the RFC has them.
  const told = `${stdout}${stderr}`.replaceAll("\r\n", "\n");
  expect([told.includes("\u001b"), told.includes("\r")]).toEqual([false, false]);
  return { code, stdout, stderr };
}

/** A run that must end so; its stdout as JSON. */
async function json<T>(code: number, args: string[], options?: RunOptions): Promise<T> {
  const ran = await almanac([...args, "--json"], options);
  expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.any(String)]);
  return JSON.parse(ran.stdout) as T;
}

const event = (id: string, more: object = {}) =>
  JSON.stringify({
    event_id: id,
    event_type: "PaymentSuccessful",
    event_timestamp: "2026-03-01T10:00:00Z",
    user_id: "123e4567-e89b-12d3-a456-426614174000",
    related_id: null,
    version: 1,
    metadata: { total_amount: 12.5, currency: "EUR" },
    ...more,
  });
const idOf = (place: number) => `1a2b3c4d-1234-4678-9abc-${String(place).padStart(12, "0")}`;

test("0: what was asked for is on stdout: a table for people, an array for programs", async () => {
  const synced = await json<{ status: string; locations: object[] }>(0, ["sync", "run", locationId, "--wait"]);
  expect(synced).toMatchObject({ status: "succeeded", locations: [{ location_id: locationId, outcome: "changed" }] });
  const locations = await json<{ location_id: string }[]>(0, ["locations", "list"]);
  expect(locations.map((each) => each.location_id)).toEqual([locationId]);
  const year = String(new Date().getFullYear());
  const holidays = await json<{ date: string; name: string }[]>(0, ["holidays", "get", locationId]);
  expect(holidays.length).toBeGreaterThan(3);

  const table = await almanac(["holidays", "get", locationId]);
  const lines = table.stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^DATE +OBSERVED +NAME +TYPE$/);
  expect(lines.slice(1).map((line) => line.slice(0, 10))).toEqual(holidays.map(({ date }) => date));
  const csv = await almanac(["holidays", "get", locationId, "--format", "csv"]);
  expect(csv.stdout.split("\n")[1]).toContain(`${year}-01-01`);
  expect(await json(0, ["status"])).toMatchObject({ ready: true });
  expect(Array.isArray(await json(0, ["doctor"]))).toBe(true);
});

test("1: nobody answers, and how that is mended", async () => {
  const gone = await watch(url);
  await gone.close();
  const ran = await almanac(["locations", "list", "--url", gone.url]);
  expect([ran.code, ran.stdout]).toEqual([1, ""]);
  expect(ran.stderr).toContain(`${gone.url} does not answer (ECONNREFUSED).`);
  expect(ran.stderr).toContain("npm start");
});

test("2: a command that there is not, an option that is missing, a value that the server refuses", async () => {
  expect(await almanac(["lod"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("unknown command"),
  });
  expect(await almanac(["load", "file"])).toMatchObject({ code: 2, stderr: expect.stringContaining("'path'") });
  const refused = await almanac(["holidays", "get", "here"]);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(
    /^almanac: .*\n +\{location_id\} +\S+ +\S.*\n +request.invalid \(422\), request \S+\n$/,
  );
  expect(await almanac(["load", "file", "not-there.ndjson"])).toMatchObject({
    code: 2,
    stderr: "almanac: not-there.ndjson cannot be read (ENOENT).\n",
  });
});

test("3: not found, 4: no access, 5: a conflict, each in the server's words", async () => {
  const unknown = await almanac(["holidays", "get", idOf(1)]);
  expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining("location.not_found (404)") });

  const bad = await almanac(["keys", "list"], { env: { ALMANAC_API_KEY: "nobody" } });
  expect(bad).toMatchObject({ code: 4, stderr: expect.stringContaining("(401)") });
  const { stdout: key, stderr } = await almanac(["keys", "create", "a reader", "reader"]);
  expect(stderr).toContain("not shown again");
  await writeFile(join(folder, "reader.key"), key);
  const low = await almanac(["keys", "list", "--key-file", "reader.key"]);
  expect(low).toMatchObject({ code: 4, stderr: expect.stringContaining("role.too_low (403)") });
  const [{ key_id: keyId = "" } = {}] = await json<{ key_id?: string }[]>(0, ["keys", "list"]);
  expect(await json(0, ["keys", "revoke", keyId])).toMatchObject({ revoked_at: expect.any(String) });

  const add = ["locations", "add", "--country", "GB", "--subdivision", "GB-WRT"];
  const { location_id: fresh } = await json<{ location_id: string }>(0, add);
  const early = await almanac(["holidays", "get", fresh]);
  expect(early).toMatchObject({ code: 5, stderr: expect.stringContaining("location.not_synced (409)") });
  expect(await json(0, ["locations", "deactivate", fresh])).toMatchObject({ active: false });
});

test("6: a file with a bad line is loaded but for that line, which is told, mended by a replay, and found again", async () => {
  await writeFile(join(folder, "mixed.ndjson"), [event(idOf(10)), "{", event(idOf(11))].join("\n"));
  const load = await json<{ load_id: string; rows: object }>(6, ["load", "file", "mixed.ndjson", "--wait", "--gzip"]);
  expect(load).toMatchObject({ status: "partial", rows: { total: 3, inserted: 2, rejected: 1 } });
  const rejects = await json<{ line: number }[]>(0, ["load", "rejects", load.load_id]);
  expect(rejects.map(({ line }) => line)).toEqual([2]);
  const csv = await almanac(["load", "rejects", load.load_id, "--format", "csv"]);
  expect(csv.stdout.trimEnd().split("\n").length).toBe(2);

  const piped = event(idOf(12), { event_timestamp: "2026-03-01 10:00:00" });
  const late = await json<{ load_id: string }>(6, ["load", "file", "-", "--media", "ndjson", "--wait"], {
    input: piped,
  });
  const replay = ["load", "replay", late.load_id, "--time-zone", "Europe/Amsterdam", "--wait"];
  expect(await json(0, replay)).toMatchObject({ status: "succeeded", rows: { inserted: 1 } });
  expect(await json(0, ["events", "get", idOf(12)])).toMatchObject({ event_timestamp: "2026-03-01T09:00:00.000000Z" });
  expect(await json(0, ["events", "get", idOf(12), "--versions"])).toMatchObject([{ version: 1 }]);
  const found = await json<object[]>(0, ["events", "query", "--type", "PaymentSuccessful", "--limit", "2"]);
  expect(found.length).toBe(2);
  expect(await json<object[]>(0, ["load", "list"])).toHaveLength(3);
});

test("a folder is loaded file by file; one that fails keeps no other", async () => {
  await mkdir(join(folder, "exports"));
  await writeFile(join(folder, "exports", "a.csv"), "no,header,of,events\n1,2,3,4\n");
  await writeFile(join(folder, "exports", "b.ndjson"), event(idOf(20)));
  await writeFile(join(folder, "exports", "notes.txt"), "not a file of events");
  const loads = await json<{ file: string; status: string }[]>(1, ["load", "dir", "exports", "--wait"]);
  expect(loads.map(({ file, status }) => [file, status])).toEqual([
    ["a.csv", "failed"],
    ["b.ndjson", "succeeded"],
  ]);
  expect((await almanac(["load", "dir", "nowhere"])).code).toBe(2);
});

test("a schema is checked and registered, its events reprocessed, two snapshots compared", async () => {
  const before = await json<{ snapshot_id: string }>(0, ["snapshot", "create", "--name", "before"]);
  const types = await json<{ event_type: string; versions: { json_schema: object }[] }[]>(0, ["schema", "list"]);
  const schema = types.find((each) => each.event_type === "PaymentSuccessful")!.versions.at(0)!.json_schema as {
    properties: object;
    required?: string[];
  };
  const wider = { ...schema, properties: { ...schema.properties, channel: { type: "string" } } };
  const narrower = { ...wider, required: [...(schema.required ?? []), "channel"] };
  await writeFile(join(folder, "narrower.json"), JSON.stringify(narrower));
  const refused = await json<{ compatible: boolean }>(5, ["schema", "check", "PaymentSuccessful", "narrower.json"]);
  expect(refused.compatible).toBe(false);
  expect((await almanac(["schema", "register", "PaymentSuccessful", "narrower.json"])).code).toBe(5);
  const mended = { json_schema: narrower, upcast: [{ op: "default", path: "/channel", value: "web" }] };
  await writeFile(join(folder, "mended.json"), JSON.stringify(mended));
  expect(await json(0, ["schema", "check", "PaymentSuccessful", "mended.json"])).toMatchObject({ compatible: true });
  await json(0, ["schema", "register", "PaymentSuccessful", "mended.json"]);
  const preview = await json<{ run_id: string }>(0, ["reprocess", "preview", "PaymentSuccessful", "--wait"]);
  expect(preview).toMatchObject({ status: "succeeded", mode: "preview", rows: { failed: 0 } });
  expect(await json(0, ["reprocess", "publish", preview.run_id, "--wait"])).toMatchObject({ mode: "publish" });
  const after = await json<{ snapshot_id: string }>(0, ["snapshot", "create"]);
  const diff = [
    "snapshot",
    "diff",
    before.snapshot_id,
    after.snapshot_id,
    "--from",
    "2026-03-01",
    "--to",
    "2026-03-01",
  ];
  expect(await json(0, diff)).toMatchObject({ data: expect.any(Array), basis: "event" });
});

test("130: an interruption lets go of what is waited for, and says how to return", async () => {
  stage.gate.shut();
  const watched = await watch(url);
  const ran = await almanac(["sync", "run", locationId, "--wait"], {
    env: { ALMANAC_URL: watched.url },
    async meanwhile(kill) {
      await watched.waitsFor(/^\/v1\/syncs\/[^/]+\?wait=/);
      kill("SIGINT");
    },
  });
  expect([ran.code, ran.stdout]).toEqual([130, ""]);
  const [, back = ""] = /to return: npx almanac (.+)$/m.exec(ran.stderr) ?? [];
  expect(back).toMatch(/^sync status \S+ --wait$/);
  stage.gate.open();
  await watched.close();
  expect(await json(0, back.split(" "))).toMatchObject({ status: "succeeded" });
});

test("the list of locations is a file's; a reader that has enough is no failure", async () => {
  const list = `location_id,country_code,subdivision_code\n${locationId},NL,NL-NH\n${idOf(30)},GB,GB-WRT\n`;
  expect(await json(0, ["locations", "import", "-"], { input: list })).toMatchObject({ added: 1, unchanged: 1 });
  const pipe = `"${process.execPath}" "${program}" events query --limit 1000 --json | head -c 1 >/dev/null; exit \${PIPESTATUS[0]}`;
  const cut = spawnSync("bash", ["-c", pipe], { env: { ...process.env, ALMANAC_URL: url, ALMANAC_API_KEY: adminKey } });
  expect([cut.status, cut.stderr.toString()]).toEqual([0, ""]);
});

test("bash takes the completion: almanac is a command, and is completed", async () => {
  const { stdout } = await almanac(["completion", "bash"]);
  const file = join(folder, "completion.bash");
  await writeFile(file, stdout);
  expect(spawnSync("bash", ["-n", file]).status).toBe(0);
  const complete = (...words: string[]) => {
    const line = words.map((word) => `'${word}'`).join(" ");
    const ask = `source ${file}; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _almanac; echo "\${COMPREPLY[*]}"`;
    return spawnSync("bash", ["-c", ask]).stdout.toString().trim().split(" ");
  };
  expect(complete("almanac", "lo")).toEqual(["locations", "load"]);
  expect(complete("almanac", "load", "re")).toEqual(["rejects", "replay"]);
  expect(complete("almanac", "load", "file", "--wa")).toEqual(["--wait"]);
  expect(complete("almanac", "load", "file", "--dataset", "u")).toEqual(["users"]);
  expect(complete("almanac", "completion", "z")).toEqual(["zsh"]);
  const named = spawnSync("bash", ["-c", `source ${file}; almanac --version`], { cwd: folder });
  expect(named.stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

/** Passes everything on to a server, and tells when it is asked for something. */
async function watch(
  target: string,
): Promise<{ url: string; waitsFor(path: RegExp): Promise<void>; close(): Promise<void> }> {
  const wanted: { path: RegExp; come: () => void }[] = [];
  const server: Server = createServer((incoming, answer) => {
    const passed = request(new URL(incoming.url ?? "/", target), {
      method: incoming.method,
      headers: incoming.headers,
    });
    passed.on("response", (told) => {
      answer.writeHead(told.statusCode ?? 502, told.headers);
      told.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    incoming.pipe(passed);
    for (const { path, come } of wanted) if (path.test(incoming.url ?? "")) come();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    waitsFor: (path) => new Promise((come) => void wanted.push({ path, come })),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
