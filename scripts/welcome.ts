// When is Almanac up, and what is a person at the terminal told then?
import { setTimeout as delay } from "node:timers/promises";
import type { Settings } from "./settings.ts";

const pollMs = 200;

/** One of the brief's locations, in the Netherlands: its holidays are what the first curl asks for. */
const exampleLocation = "9415913d-fffa-41f9-9323-6d62e6100a31";

/** Resolves with true when the api says it is ready; with false after `withinMs`, or when `signal` ends the wait. */
export async function untilReady(settings: Settings, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline && !signal.aborted) {
    if ((await ask(settings, "/readyz", signal)).status === 200) return true;
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/**
 * Waits until holidays can be asked for and returns the path of such a call: of the brief's example, or of whatever
 * location there is. After `withinMs`, or where no locations are wanted, it is the list of locations.
 */
export async function examplePath(
  settings: Settings,
  seeds: boolean,
  withinMs: number,
  signal: AbortSignal,
): Promise<string> {
  const year = new Date().getFullYear();
  const deadline = performance.now() + withinMs;
  let location = exampleLocation;
  while (performance.now() < deadline && !signal.aborted) {
    const path = `/v1/locations/${location}/holidays?from=${year}-01-01&to=${year}-12-31`;
    const { status } = await ask(settings, path, signal);
    if (status === 200) return path;
    if (status === 404) {
      const { body } = await ask(settings, "/v1/locations?limit=1", signal);
      const [first] = (body as { data?: { location_id: string }[] } | undefined)?.data ?? [];
      if (first !== undefined) location = first.location_id;
      else if (!seeds) break;
    }
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return "/v1/locations";
}

/** Waits until there is an event to ask for, so that the second call to paste has an answer; no longer than `withinMs`. */
export async function untilSampled(settings: Settings, withinMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline && !signal.aborted) {
    const { body } = await ask(settings, "/v1/events?limit=1", signal);
    if (((body as { data?: unknown[] } | undefined)?.data ?? []).length > 0) return;
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A link of the console that signs a browser in once, as the administrator; undefined when there is none to be had. */
export async function signInLink(settings: Settings, signal: AbortSignal): Promise<string | undefined> {
  const { status, body } = await ask(settings, "/v1/sign-in-links", signal, "POST");
  return status === 201 ? `${baseUrl(settings)}${(body as { link: string }).link}` : undefined;
}

export interface Welcome {
  /** Of the call to paste. */
  path: string;
  /** Signs in once; without it the console asks for a key. */
  link: string | undefined;
  needsKey: boolean;
  /** What else there is to say. */
  more: string | undefined;
  tookMs: number;
}

/** The block that ends a start: where everything is, and two calls to paste: holidays, and events of the sample. */
export function welcome(settings: Settings, { path, link, needsKey, more, tookMs }: Welcome): string {
  const base = baseUrl(settings);
  const { adminKeyFile: keyFile } = settings;
  const rows = [
    ["Console", link ?? `${base}/ (sign in with an API key)`],
    ...(link === undefined ? [] : [["", "signs in once, within 15 minutes; for another: npx almanac keys link"]]),
    ["API", `${base}/v1`],
    ["Docs", `${base}/docs`],
    ["Jobs", `${base}/jobs`],
    ["Admin key", keyFile ?? "the value of ALMANAC_ADMIN_KEY"],
    ["Data", settings.dataDir],
    ["Database", settings.databaseUrl === undefined ? "embedded PostgreSQL" : "DATABASE_URL"],
  ] as [string, string][];
  const key = keyFile === undefined ? "$ALMANAC_ADMIN_KEY" : `$(cat '${keyFile}')`;
  const withKey = `-H "Authorization: Bearer ${key}" `;
  return [
    `Almanac is ready (${(tookMs / 1000).toFixed(1)} s).`,
    "",
    ...rows.map(([label, value]) => `  ${label.padEnd(10)} ${value}`),
    "",
    `  curl ${needsKey ? withKey : ""}'${base}${path}'`,
    `  curl ${withKey}'${base}/v1/events?limit=3'`,
    "",
    ...(more === undefined ? [] : [more]),
    "Ctrl-C stops it.",
  ].join("\n");
}

/** Where this machine reaches the api. */
export function baseUrl({ host, port }: Settings): string {
  const near = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${near.includes(":") ? `[${near}]` : near}:${port}`;
}

/** Status 0 when nobody answers. */
async function ask(
  settings: Settings,
  path: string,
  signal: AbortSignal,
  method = "GET",
): Promise<{ status: number; body?: unknown }> {
  try {
    const response = await fetch(`${baseUrl(settings)}${path}`, {
      method,
      headers: { authorization: `Bearer ${settings.adminKey}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0 };
  }
}
