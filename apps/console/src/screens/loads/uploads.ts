// The uploads of this tab: they go on while other screens are looked at, one after another.
import type { AcceptedLoad } from "@almanac/client/contract";
import { ProblemError } from "@almanac/client/problem";
import { useSyncExternalStore } from "react";
import { type Media, mediaOf } from "./media.ts";
import { type Sending, sendFile } from "./upload.ts";

export interface Upload {
  id: number;
  name: string;
  bytes: number;
  state: "waiting" | "sending" | "taken" | "refused" | "stopped";
  /** 0 to 1. */
  sent: number;
  load: AcceptedLoad | null;
  error: unknown;
}

type Goal = Pick<Sending, "dataset" | "timeZone">;

/** Said before a byte is sent. */
const unknownMedia = new ProblemError({
  status: 0,
  code: "console.unknown_media",
  title: "What is in it?",
  detail:
    "Its name does not say: it ends in .ndjson, .jsonl, .csv, .json or .parquet, or one of these and .gz or .zst.",
  errors: [],
});

let uploads: readonly Upload[] = [];
let lastId = 0;
let sending: Promise<void> = Promise.resolve();
const stops = new Map<number, AbortController>();
const listeners = new Set<() => void>();

function change(id: number, to: Partial<Upload>): void {
  uploads = uploads.map((upload) => (upload.id === id ? { ...upload, ...to } : upload));
  for (const listener of listeners) listener();
}

/** `onTaken` is told of each that arrived. */
export function addUploads(files: readonly File[], goal: Goal, onTaken: (load: AcceptedLoad) => void): void {
  for (const file of files) {
    lastId += 1;
    const upload: Upload = {
      id: lastId,
      name: file.name,
      bytes: file.size,
      state: "waiting",
      sent: 0,
      load: null,
      error: null,
    };
    uploads = [upload, ...uploads];
    const media = mediaOf(file.name);
    if (media === undefined) {
      change(upload.id, { state: "refused", error: unknownMedia });
      continue;
    }
    stops.set(upload.id, new AbortController());
    change(upload.id, {});
    sending = sending.then(() => send(upload.id, { ...goal, ...media, file }, onTaken));
  }
}

async function send(id: number, what: Goal & Media & { file: File }, onTaken: (load: AcceptedLoad) => void) {
  const signal = stops.get(id)!.signal;
  if (signal.aborted) return;
  change(id, { state: "sending" });
  try {
    const load = await sendFile({ ...what, signal, onSent: (sent) => change(id, { sent }) });
    change(id, { state: "taken", sent: 1, load });
    onTaken(load);
  } catch (error) {
    if (!signal.aborted) change(id, { state: "refused", error });
  } finally {
    stops.delete(id);
  }
}

export function stopUpload(id: number): void {
  stops.get(id)?.abort();
  change(id, { state: "stopped" });
}

export function forgetUpload(id: number): void {
  uploads = uploads.filter((upload) => upload.id !== id);
  for (const listener of listeners) listener();
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => uploads,
  );
}
