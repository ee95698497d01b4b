// Which server, and with which key? The only place of the command line that reads the environment and the data folder.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const checkout = join(import.meta.dirname, "..", "..", "..");

export interface Given {
  url?: string;
  keyFile?: string;
}

export interface Target {
  url: string;
  /** Never printed. */
  key: string | undefined;
  /** What said which server, for messages. */
  told: string;
}

/** What cannot be meant; the message says what can. */
export class BadSetting extends Error {}

/** Flags first, then the environment, then what this checkout's `npm start` left in its data folder. */
export function readTarget(given: Given, env: NodeJS.ProcessEnv = process.env): Target {
  const dataDir = dataDirOf(env);
  const { url, told } = readUrl(given, env, dataDir);
  const { hostname, protocol } = parseUrl(url, told);
  if (protocol !== "http:" && protocol !== "https:") throw new BadSetting(`${told} takes http://… or https://….`);
  return { url: url.replace(/\/+$/, ""), told, key: readKey(given, env, dataDir, isLoopback(hostname)) };
}

/** Of the start or demo that runs in this checkout: it leaves its address there, and takes it away at its end. */
function dataDirOf(env: NodeJS.ProcessEnv): string {
  if (env["ALMANAC_DATA_DIR"]) return resolve(checkout, env["ALMANAC_DATA_DIR"]);
  const [usual, demo] = [join(checkout, ".almanac"), join(checkout, ".almanac-demo")];
  return !existsSync(join(usual, "url")) && existsSync(join(demo, "url")) ? demo : usual;
}

/** How this program is called in a checkout, to be shown before what can be pasted. */
export const invocation = "npx almanac";

/** Colours are for terminals whose user wants them. */
export function wantsColour(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

function readUrl({ url }: Given, env: NodeJS.ProcessEnv, dataDir: string): { url: string; told: string } {
  if (url !== undefined) return { url, told: "--url" };
  if (env["ALMANAC_URL"]) return { url: env["ALMANAC_URL"], told: "ALMANAC_URL" };
  const file = join(dataDir, "url");
  const left = readLine(file);
  return left === undefined ? { url: "http://127.0.0.1:3000", told: "the default" } : { url: left, told: file };
}

function parseUrl(url: string, told: string): URL {
  if (!URL.canParse(url)) throw new BadSetting(`${told} is "${url}": it takes an address like http://127.0.0.1:3000.`);
  return new URL(url);
}

/** The administrator's own key is for the server of this machine alone. */
function readKey({ keyFile }: Given, env: NodeJS.ProcessEnv, dataDir: string, isNear: boolean): string | undefined {
  if (keyFile !== undefined) {
    const key = readLine(keyFile);
    if (key === undefined) throw new BadSetting(`--key-file ${keyFile}: there is no key to read.`);
    return key;
  }
  return env["ALMANAC_API_KEY"] || (isNear ? readLine(join(dataDir, "admin-key")) : undefined);
}

function readLine(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8").trim() || undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
