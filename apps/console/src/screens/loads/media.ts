// What is in a file, by its name? The api wants to be told; a file that it cannot take is refused before a byte is sent.

export interface Media {
  mediaType: "application/x-ndjson" | "text/csv" | "application/json" | "application/vnd.apache.parquet";
  /** As the file lies there; undone by the api. */
  encoding: "gzip" | "zstd" | null;
}

const endings: Readonly<Record<string, Media["mediaType"]>> = {
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
  csv: "text/csv",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
};

const encodings: Readonly<Record<string, "gzip" | "zstd">> = { gz: "gzip", zst: "zstd" };

/** For the file chooser. */
export const accepted = [...Object.keys(endings), ...Object.keys(encodings)].map((ending) => `.${ending}`).join(",");

/** Undefined where the name does not say. */
export function mediaOf(fileName: string): Media | undefined {
  const parts = fileName.toLowerCase().split(".").slice(1);
  const encoding = encodings[parts.at(-1) ?? ""] ?? null;
  const mediaType = endings[parts.at(encoding === null ? -1 : -2) ?? ""];
  return mediaType === undefined ? undefined : { mediaType, encoding };
}

const words: Readonly<Record<string, string>> = {
  "application/x-ndjson": "NDJSON",
  "application/json": "JSON",
  "text/csv": "CSV",
  "application/vnd.apache.parquet": "Parquet",
  "application/cloudevents+json": "CloudEvent",
  "application/cloudevents-batch+json": "CloudEvents",
};

export function mediaWord(mediaType: string): string {
  return words[mediaType] ?? mediaType;
}
