// `npm run sample`: writes a sample to a file or to stdout, and what a load of it must come to to stderr.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type BadLineKind, badLineKinds } from "./bad-lines.ts";
import { defaultShares, type Shares } from "./disorder.ts";
import { generateSample } from "./generate.ts";
import type { Rendering, SampleFormat } from "./lines.ts";
import { generateMembers, type SampleDimension } from "./members.ts";

const usage = `usage: npm run sample -- [options]
  --events N          different events (100000)
  --seed N            the same seed gives the same sample (1)
  --from, --to DAY    first and last day in UTC (this year)
  --format F          ndjson, csv or json (ndjson)
  --dataset D         events, users, tickets or articles (events)
  --share NAME=SHARE  how much goes wrong, 0 to 1; again for each of
                      ${Object.keys(defaultShares).join(", ")},
                      bad.${badLineKinds.join(", bad.")}
  --share none        nothing goes wrong
  --reordered         the same content in other bytes
  --restate V:SHARE   the same events again: of a share of them version V
  --out FILE          stdout without it`;

class UsageError extends Error {}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      from: { type: "string" },
      to: { type: "string" },
      format: { type: "string", default: "ndjson" },
      dataset: { type: "string", default: "events" },
      share: { type: "string", multiple: true, default: [] },
      reordered: { type: "boolean", default: false },
      restate: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const year = Temporal.Now.plainDateISO("UTC").year;
  const traffic = {
    events: wholeNumber("events", values.events),
    seed: wholeNumber("seed", values.seed),
    from: day("from", values.from ?? `${year}-01-01`),
    to: day("to", values.to ?? `${year}-12-31`),
  };
  const target = () => (values.out === undefined ? process.stdout : createWriteStream(values.out));
  const dataset = oneOf("dataset", values.dataset, ["events", "users", "tickets", "articles"]);
  if (dataset !== "events") {
    await pipeline(
      Readable.from(await generateMembers({ ...traffic, dimension: dataset as SampleDimension })),
      target(),
    );
    return;
  }
  const sample = await generateSample({
    ...traffic,
    format: oneOf("format", values.format, ["ndjson", "csv", "json"]) as SampleFormat,
    rendering: (values.reordered ? "reordered" : "plain") satisfies Rendering,
    shares: values.share.includes("none") ? "none" : sharesOf(values.share),
    restate: values.restate === undefined ? undefined : restatementOf(values.restate),
  });
  await pipeline(Readable.from(sample.blocks()), target());
  process.stderr.write(`${JSON.stringify(sample.truth, null, 2)}\n`);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

function day(name: string, text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new UsageError(`--${name} takes a day like 2026-12-31, not ${text}`);
  return text;
}

function share(name: string, text: string): number {
  const value = Number(text);
  if (!/^[\d.]+$/.test(text) || !(value <= 1)) throw new UsageError(`--${name} takes a share from 0 to 1, not ${text}`);
  return value;
}

function oneOf(name: string, text: string, choices: readonly string[]): string {
  if (!choices.includes(text)) throw new UsageError(`--${name} takes ${choices.join(", ")}, not ${text}`);
  return text;
}

function sharesOf(words: readonly string[]): Partial<Shares> {
  const shares: Partial<Shares> = {};
  for (const word of words) {
    const [name = "", text = ""] = word.split("=");
    const value = share("share", text);
    if (name.startsWith("bad.")) {
      const kind = oneOf("share", name.slice(4), badLineKinds) as BadLineKind;
      shares.bad = { ...(typeof shares.bad === "object" ? shares.bad : {}), [kind]: value };
    } else {
      shares[oneOf("share", name, Object.keys(defaultShares)) as keyof Shares] = value;
    }
  }
  return shares;
}

function restatementOf(text: string): { version: number; share: number } {
  const [version = "", part = ""] = text.split(":");
  return { version: wholeNumber("restate", version), share: share("restate", part) };
}

try {
  await main();
} catch (error) {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const isUsage = error instanceof UsageError || error instanceof RangeError || code.startsWith("ERR_PARSE_ARGS");
  if (isUsage) process.stderr.write(`${message}\n\n${usage}\n`);
  // A reader that has seen enough is no failure: `npm run sample | head`.
  else if (code !== "EPIPE") process.stderr.write(`${message}\n`);
  process.exitCode = isUsage ? 2 : Number(code !== "EPIPE");
}
