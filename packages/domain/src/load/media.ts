// What a load's body may be, and the names that the raw zone gives to it.

export const datasets = ["events", "users", "tickets", "articles"] as const;
/** What the lines of a load are: events, or members of a dimension. */
export type Dataset = (typeof datasets)[number];

export const mediaTypes = [
  "application/x-ndjson",
  "application/json",
  "text/csv",
  "application/vnd.apache.parquet",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
] as const;
/** The media type of a load's body, content encoding undone. */
export type MediaType = (typeof mediaTypes)[number];

const extensions: Record<MediaType, string> = {
  "application/x-ndjson": "ndjson",
  "application/json": "json",
  "text/csv": "csv",
  "application/vnd.apache.parquet": "parquet",
  "application/cloudevents+json": "ce.json",
  "application/cloudevents-batch+json": "ces.json",
};

/** The file name's ending for a media type, without a dot. */
export function extensionOf(mediaType: MediaType): string {
  return extensions[mediaType];
}

export type LoadChannel = "upload" | "inbox" | "post" | "replay";
export type LoadStatus = "queued" | "running" | "succeeded" | "partial" | "failed";
