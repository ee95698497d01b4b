// What `npm start` itself needs to know from the environment; the api and the worker read the rest and judge it.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { probePort } from "@almanac/db/embedded";

export interface Settings {
  host: string;
  port: number;
  dataDir: string;
  /** Undefined: the embedded database. */
  databaseUrl: string | undefined;
  adminKey: string;
  /** Undefined when the key came from ALMANAC_ADMIN_KEY. */
  adminKeyFile: string | undefined;
  /** Signs the audit's anchors. */
  signingKey: string;
  /** One line each, for the start output. */
  notices: string[];
}

/** A value that stops the start; the message names the variable, what it got and what it takes. */
export class BadSetting extends Error {}

/** Reads and checks the environment, makes the data folder and the admin key, and finds the port. */
export async function readSettings(env: NodeJS.ProcessEnv, checkout: string, usualPort = 3000): Promise<Settings> {
  const databaseUrl = readDatabaseUrl(env["DATABASE_URL"] || undefined);
  const givenKey = env["ALMANAC_ADMIN_KEY"] || undefined;
  if (givenKey !== undefined && !isKey(givenKey)) {
    throw new BadSetting(
      `ALMANAC_ADMIN_KEY has ${givenKey.length} characters (not shown): it takes 32 or more printable ones.`,
    );
  }
  const host = env["HOST"] || "127.0.0.1";
  const { port, notice } = await choosePort(env["PORT"] || undefined, usualPort, host);
  const dataDir = makeDataDir(resolve(checkout, env["ALMANAC_DATA_DIR"] || ".almanac"));
  const adminKeyFile = givenKey === undefined ? join(dataDir, "admin-key") : undefined;
  return {
    host,
    port,
    dataDir,
    databaseUrl,
    adminKey: givenKey ?? keepKey(join(dataDir, "admin-key")),
    adminKeyFile,
    // The worker judges a given one.
    signingKey: env["ALMANAC_SIGNING_KEY"] || keepSigningKey(join(dataDir, "signing-key")),
    notices: notice === undefined ? [] : [notice],
  };
}

function readDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined || (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol))) return text;
  throw new BadSetting(
    "DATABASE_URL is no PostgreSQL address (not shown): it takes postgres://user:password@host:port/database.",
  );
}

/** The usual one unless it is taken, when any free one will do; a port that was asked for is that port or nothing. */
async function choosePort(
  text: string | undefined,
  usualPort: number,
  host: string,
): Promise<{ port: number; notice?: string }> {
  const wanted = Number(text ?? usualPort);
  if (text !== undefined && (!/^\d{1,5}$/.test(text) || wanted > 65_535)) {
    throw new BadSetting(`PORT is "${text}": it takes a whole number from 0 (any free port) to 65535.`);
  }
  const free = await probe(host, wanted);
  if (free !== undefined) return { port: free };
  if (text !== undefined)
    throw new BadSetting(`PORT is ${text}, which another program listens on: it takes a free port, or 0 for any.`);
  const port = await probe(host, 0);
  if (port === undefined) throw new BadSetting(`HOST is "${host}", where no port is free.`);
  return { port, notice: `port ${usualPort} is taken, so this start uses ${port}; PORT chooses another` };
}

async function probe(host: string, port: number): Promise<number | undefined> {
  try {
    return await probePort(host, port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES")
      throw new BadSetting(`PORT is ${port}, which this user may not listen on: it takes one from 1024 on.`);
    throw new BadSetting(`HOST is "${host}": it takes a name or an address of this machine (${code}).`);
  }
}

function makeDataDir(path: string): string {
  try {
    // The embedded database of a root start runs as another user, who must pass; nobody else has business here.
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    mkdirSync(join(path, "logs"), { recursive: true, mode: 0o700 });
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadSetting(`ALMANAC_DATA_DIR is "${path}", which cannot be used (${code}): it takes a folder of yours.`);
  }
}

/** The key in the file, made on the first start. */
function keepKey(path: string): string {
  const key = keepSecret(path, `almanac_admin_${randomBytes(32).toString("base64url")}`);
  if (!isKey(key))
    throw new BadSetting(`${path} holds no key of 32 or more printable characters: remove it to get a new one.`);
  return key;
}

/** The same for the key that signs; without the old one older anchors can still be verified. */
function keepSigningKey(path: string): string {
  const key = keepSecret(path, randomBytes(32).toString("base64"));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(key))
    throw new BadSetting(`${path} holds no 32 bytes as base64: remove it to get a new signing key.`);
  return key;
}

/** What is in the file; on the first start, the fresh secret. */
function keepSecret(path: string, fresh: string): string {
  try {
    writeFileSync(path, `${fresh}\n`, { mode: 0o600, flag: "wx", flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8").trim();
}

function isKey(text: string): boolean {
  return /^[\x21-\x7e][\x20-\x7e]{30,}[\x21-\x7e]$/.test(text);
}
