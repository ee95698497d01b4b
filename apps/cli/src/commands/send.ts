// How does a file get to the server? As a stream, in its own compression or in gzip, with what it is in a header.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { createGzip } from "node:zlib";
import { sending } from "@almanac/client/client";
import type { AcceptedLoad } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { invocation } from "../config.ts";
import { UsageError } from "../face/exit-code.ts";
import { unreadable } from "../face/files.ts";
import { detachable } from "../face/interrupt.ts";
import { bytesText } from "../face/numbers.ts";
import type { Progress } from "../face/output.ts";
import type { Session } from "../face/session.ts";

type Kind = "ndjson" | "csv" | "json" | "parquet";

export interface SendOptions {
  media?: Kind;
  gzip?: true;
  timeZone?: string;
  dataset: "events" | "users" | "tickets" | "articles";
}

const mediaTypes = {
  ndjson: "application/x-ndjson",
  csv: "text/csv",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
} as const;

const endings: Record<string, Kind> = {
  ndjson: "ndjson",
  jsonl: "ndjson",
  csv: "csv",
  json: "json",
  parquet: "parquet",
};
const encodings: Record<string, "gzip" | "zstd"> = { gz: "gzip", zst: "zstd" };

export interface Shape {
  kind: Kind;
  /** How the bytes are compressed already. */
  encoding: "gzip" | "zstd" | undefined;
}

/** What a file is, by how its name ends; undefined when that says nothing. */
export function shapeOf(path: string): Shape | undefined {
  const parts = path.toLowerCase().split(".");
  const encoding = encodings[parts.at(-1) ?? ""];
  const kind = endings[parts.at(encoding === undefined ? -1 : -2) ?? ""];
  return kind === undefined || parts.length < 2 ? undefined : { kind, encoding };
}

export function isLoadable(name: string): boolean {
  return shapeOf(name) !== undefined;
}

/** Sends one file and gives what the server made of it; it need not have finished. */
export async function send(
  session: Session,
  path: string,
  options: SendOptions,
  label = "Sending",
): Promise<AcceptedLoad> {
  const named = path === "-" ? undefined : shapeOf(path);
  const kind = options.media ?? named?.kind;
  if (kind === undefined) throw new UsageError(`${path} does not say what it is: give --media.`);
  const size = path === "-" ? undefined : await sizeOf(path);
  const source = path === "-" ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1_024 });
  const encoding = named?.encoding ?? (options.gzip ? "gzip" : undefined);
  const bar = await session.out.progress(label, size !== undefined);
  try {
    const counted = source.pipe(counter(bar, size));
    const bytes = options.gzip && named?.encoding === undefined ? counted.pipe(createGzip()) : counted;
    return await detachable(
      "Interrupted while sending. The same command starts again; what had arrived is not taken twice.",
      () => post(session, options, { kind, encoding }, Readable.toWeb(bytes) as ReadableStream<Uint8Array>),
    );
  } finally {
    bar.stop();
    source.destroy();
  }
}

function post(
  { api }: Session,
  { dataset, timeZone }: SendOptions,
  { kind, encoding }: Shape,
  body: ReadableStream<Uint8Array>,
): Promise<AcceptedLoad> {
  const call = sending(body, encoding === undefined ? {} : { encoding });
  if (dataset === "events") {
    const query = timeZone === undefined ? {} : { time_zone: timeZone };
    return read(api.v1.loads.$post({ query, header: { "Content-Type": mediaTypes[kind] } }, call));
  }
  if (kind !== "ndjson" && kind !== "csv") throw new UsageError(`${dataset} come as NDJSON or CSV.`);
  if (timeZone !== undefined) throw new UsageError(`${dataset} have no timestamps: --time-zone is for events.`);
  return read(
    api.v1.dimensions[":name"].$put({ param: { name: dataset }, header: { "Content-Type": mediaTypes[kind] } }, call),
  );
}

function counter(bar: Progress, size: number | undefined): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      bar.update(size === undefined || size === 0 ? 0 : sent / size, bytesText(sent));
      done(null, chunk);
    },
  });
}

async function sizeOf(path: string): Promise<number> {
  const told = await stat(path).catch(unreadable(path));
  if (!told.isFile()) throw new UsageError(`${path} is no file; for a folder: ${invocation} load dir ${path}`);
  return told.size;
}
