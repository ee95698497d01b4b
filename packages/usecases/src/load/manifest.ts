// What does the raw zone say about an accepted load? Enough to make its row again in an empty database.
import type { LoadView } from "@almanac/db/loads";
import type { LoadId } from "@almanac/domain/ids";
import { type Dataset, datasets, mediaTypes } from "@almanac/domain/load/media";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";
import { type LoadPlan, planSchema } from "./plan.ts";

const manifestSchema = z.object({
  load_id: z.uuid().transform((id) => id as LoadId),
  load_no: z.int().min(1),
  dataset: z.enum(datasets),
  channel: z.enum(["upload", "inbox", "post", "replay"]),
  replay_of: z
    .uuid()
    .transform((id) => id as LoadId)
    .nullable(),
  replay_only: z.enum(["rejects", "all"]).nullable(),
  content_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  media_type: z.enum(mediaTypes),
  bytes: z.int().min(0),
  stored_bytes: z.int().min(0),
  raw_uri: z.string(),
  file_name: z.string().nullable(),
  time_zone: z.string().nullable(),
  requested_by: z.string(),
  requested_at: z.string(),
  /** Of posted events, which are judged before they are accepted; others get their plan when they are claimed. */
  plan: planSchema.nullable(),
});

/** A load as it was accepted; what became of it stands in the journal. */
export type Manifest = z.output<typeof manifestSchema>;

export const manifestPrefix = "manifests/";

/** The manifest that belongs to a load's row. */
function manifestOf(load: LoadView, plan: LoadPlan | null): Manifest {
  return {
    load_id: load.loadId,
    load_no: load.loadNo,
    dataset: load.dataset,
    channel: load.channel,
    replay_of: load.replayOf,
    replay_only: load.replayOnly,
    content_sha256: load.contentSha256,
    media_type: load.mediaType,
    bytes: load.bytes,
    stored_bytes: load.storedBytes,
    raw_uri: load.rawUri,
    file_name: load.fileName,
    time_zone: load.timeZone,
    requested_by: load.requestedBy,
    requested_at: load.requestedAt,
    plan,
  };
}

/**
 * Makes the manifest durable, once. After the row and before the acknowledgement: so there is none of a load that was never
 * accepted, and one of every load that was.
 */
export async function writeManifest(
  lake: Pick<Lake, "putNamed">,
  load: LoadView,
  plan: LoadPlan | null = null,
): Promise<void> {
  const text = `${JSON.stringify(manifestOf(load, plan), null, 2)}\n`;
  await lake.putNamed(`${manifestPrefix}${load.loadId}.json`, Buffer.from(text));
}

/** Throws when the text is no manifest. */
export function parseManifest(text: string): Manifest {
  return manifestSchema.parse(JSON.parse(text));
}

/** The folder under which bodies of a dataset lie; posted events apart, because they are many and small. */
export function sourceOf(dataset: Dataset, channel: LoadView["channel"]): string {
  return channel === "post" ? "posts" : dataset;
}
