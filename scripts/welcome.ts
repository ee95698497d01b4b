// When is Almanac up, and what is a person at the terminal told then?
import { setTimeout as delay } from "node:timers/promises";
import type { Settings } from "./settings.ts";

const pollMs = 100;

/** One of the brief's locations, in the Netherlands: its holidays are what the first curl asks for. */
const exampleLocation = "9415913d-fffa-41f9-9323-6d62e6100a31";

/** Resolves with true when the api says it is ready; with false after `withinMs`, or when `signal` ends the wait. */
export function untilReady(settings: Settings, withinMs: number, signal: AbortSignal): Promise<boolean> {
  return poll(`${baseUrl(settings)}/readyz`, settings, (status) => status === 200, withinMs, signal);
}

/** Waits for the first holidays where there is something to wait for, and returns the path of the example call. */
export async function examplePath(settings: Settings, withinMs: number, signal: AbortSignal): Promise<string> {
  const year = new Date().getFullYear();
  const path = `/v1/locations/${exampleLocation}/holidays?from=${year}-01-01&to=${year}-12-31`;
  let unknown = false;
  const isAnswered = await poll(`${baseUrl(settings)}${path}`, settings, (status) => (unknown = status === 404) || status === 200, withinMs, signal);
  return isAnswered && !unknown ? path : "/v1/locations";
}

/** The block that ends a start: where everything is, and one call to paste. */
export function welcome(settings: Settings, path: string, needsKey: boolean, tookMs: number): string {
  const base = baseUrl(settings);
  const { adminKeyFile: keyFile } = settings;
  const rows = [
    ["API", `${base}/v1`],
    ["Docs", `${base}/docs`],
    ["Jobs", `${base}/jobs (sign in with the admin key)`],
    ["Admin key", keyFile ?? "the value of ALMANAC_ADMIN_KEY"],
    ["Data", settings.dataDir],
    ["Database", settings.databaseUrl === undefined ? "embedded PostgreSQL" : "DATABASE_URL"],
  ] as const;
  const key = keyFile === undefined ? "$ALMANAC_ADMIN_KEY" : `$(cat '${keyFile}')`;
  const header = needsKey ? `-H "Authorization: Bearer ${key}" ` : "";
  return [
    `Almanac is ready (${(tookMs / 1000).toFixed(1)} s).`,
    "",
    ...rows.map(([label, value]) => `  ${label.padEnd(10)} ${value}`),
    "",
    `  curl ${header}'${base}${path}'`,
    "",
    "Ctrl-C stops it.",
  ].join("\n");
}

/** Where this machine reaches the api. */
export function baseUrl({ host, port }: Settings): string {
  const near = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${near.includes(":") ? `[${near}]` : near}:${port}`;
}

async function poll(url: string, settings: Settings, isDone: (status: number) => boolean, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  const headers = { authorization: `Bearer ${settings.adminKey}` };
  while (performance.now() < deadline && !signal.aborted) {
    const status = await fetch(url, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (isDone(status)) return true;
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
