import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BadSetting, readSettings } from "./settings.ts";

let checkout: string;
let busy: Server;
let busyPort: number;

beforeEach(async () => {
  checkout = mkdtempSync(join(tmpdir(), "almanac-settings-"));
  busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  busyPort = (busy.address() as AddressInfo).port;
});

afterEach(() => {
  busy.close();
  rmSync(checkout, { recursive: true, force: true });
});

const read = (env: NodeJS.ProcessEnv) => readSettings(env, checkout, busyPort);

describe("the port", () => {
  test("is a free one, and said so, when nobody chose and the usual one is taken", async () => {
    const settings = await read({});
    expect(settings.port).not.toBe(busyPort);
    expect(settings.notices.join()).toContain(`port ${busyPort} is taken`);
  });

  test("that was asked for and is taken stops the start", async () => {
    await expect(read({ PORT: String(busyPort) })).rejects.toThrow(
      `PORT is ${busyPort}, which another program listens on`,
    );
  });

  test("0 is any free one", async () => {
    expect((await read({ PORT: "0" })).port).toBeGreaterThan(0);
  });

  test.each(["abc", "-1", "65536", "80.5", "1e3"])("%s is refused with what it takes", async (text) => {
    await expect(read({ PORT: text })).rejects.toThrow(`PORT is "${text}": it takes a whole number from 0`);
  });

  test("on a host that is not ours is refused by HOST's name", async () => {
    await expect(read({ PORT: "0", HOST: "192.0.2.1" })).rejects.toThrow(/^HOST is "192.0.2.1"/);
  });
});

describe("the admin key", () => {
  test("is made once, kept and readable by its owner only", async () => {
    const first = await read({});
    const second = await read({});
    expect(second.adminKey).toBe(first.adminKey);
    expect(first.adminKey).toMatch(/^[\x21-\x7e]{32,}$/);
    expect(statSync(join(checkout, ".almanac", "admin-key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(checkout, ".almanac", "admin-key"), "utf8").trim()).toBe(first.adminKey);
  });

  test("that is given is used and written nowhere", async () => {
    const key = "k".repeat(32);
    const settings = await read({ ALMANAC_ADMIN_KEY: key });
    expect(settings).toMatchObject({ adminKey: key, adminKeyFile: undefined });
    expect(statSync(join(checkout, ".almanac", "admin-key"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("that is too short is refused without being shown", async () => {
    const failure = await read({ ALMANAC_ADMIN_KEY: "hunter2" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BadSetting);
    expect(failure).toHaveProperty("message", expect.stringMatching(/ALMANAC_ADMIN_KEY .* 32 or more/));
    expect(failure).toHaveProperty("message", expect.not.stringContaining("hunter2"));
  });
});

describe("the signing key", () => {
  const file = () => join(checkout, ".almanac", "signing-key");

  test("is made once, 32 bytes, kept and readable by its owner only", async () => {
    const first = await read({});
    expect((await read({})).signingKey).toBe(first.signingKey);
    expect(Buffer.from(first.signingKey, "base64")).toHaveLength(32);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), "utf8").trim()).toBe(first.signingKey);
  });

  test("that is given is used and written nowhere", async () => {
    expect((await read({ ALMANAC_SIGNING_KEY: "given" })).signingKey).toBe("given");
    expect(statSync(file(), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("in a file that holds something else stops the start", async () => {
    await read({});
    writeFileSync(file(), "hunter2\n");
    const failure = await read({}).catch((error: unknown) => String(error));
    expect(failure).toMatch(/signing-key holds no 32 bytes/);
    expect(failure).not.toContain("hunter2");
  });
});

test("a DATABASE_URL of another kind is refused without being shown", async () => {
  const failure = await read({ DATABASE_URL: "mysql://me:hunter2@db/x" }).catch((error: unknown) => String(error));
  expect(failure).toMatch(/DATABASE_URL .* it takes postgres:/);
  expect(failure).not.toContain("hunter2");
});

test("a data folder that cannot be made is refused by its name", async () => {
  await expect(read({ ALMANAC_DATA_DIR: "/dev/null/x" })).rejects.toThrow(
    /^ALMANAC_DATA_DIR is "\/dev\/null\/x", which cannot be used/,
  );
});
