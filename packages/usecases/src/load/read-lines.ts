// What are the lines of a load? Its bytes, checked against their hash, through the gate: block by block, in file order.
import type { LoadView } from "@almanac/db/loads";
import type { Dimension } from "@almanac/domain/dimension/member";
import type { PackedEvents } from "@almanac/domain/event/packed";
import { gateEvents, type GatedEvent } from "@almanac/gate/events";
import { type GatedMember, gateMembers } from "@almanac/gate/members";
import { gateParquet } from "@almanac/gate/parquet";
import type { RejectedLine } from "@almanac/gate/records";
import type { EventSchemas } from "@almanac/gate/schemas";
import type { Lake } from "@almanac/lake/lake";

export type GatedLine = GatedEvent | GatedMember | RejectedLine;

export type LoadBody = Pick<LoadView, "dataset" | "mediaType" | "timeZone" | "rawUri" | "contentSha256" | "bytes">;

export interface ReadOptions {
  schemas: EventSchemas;
  lineCapBytes: number;
  /** What the events of the next block are packed into, for readers that are done with a block before the next one. */
  packInto?: () => PackedEvents;
}

/**
 * Every line of a load's body, valid or not. Fails with what the lake says (`lake.corrupt` at the end of a body that is
 * not what was stored) or the gate (a body that is no such format at all). Ending it early gives everything back.
 */
export async function* readLines(
  lake: Lake,
  load: LoadBody,
  options: ReadOptions,
): AsyncGenerator<readonly GatedLine[]> {
  const { dataset, mediaType, timeZone } = load;
  const { lineCapBytes, packInto } = options;
  const gate = { mediaType, timeZone, lineCapBytes, packInto };
  if (mediaType === "application/vnd.apache.parquet") {
    await verify(lake, load);
    const file = {
      byteLength: load.bytes,
      read: (offset: number, length: number) => lake.readRange(load.rawUri, offset, length),
    };
    yield* gateParquet(file, { ...gate, schemas: options.schemas });
    return;
  }
  const body = await open(lake, load);
  try {
    yield* dataset === "events"
      ? gateEvents(body, { ...gate, schemas: options.schemas })
      : gateMembers(dataset satisfies Dimension, body, gate);
  } finally {
    body.destroy();
  }
}

function open(lake: Lake, load: LoadBody) {
  return lake.open(load.rawUri, { sha256: Buffer.from(load.contentSha256, "hex"), bytes: load.bytes });
}

/** Readers that jump see no end at which a flipped byte would be told: the body is read once before. */
async function verify(lake: Lake, load: LoadBody): Promise<void> {
  for await (const _ of await open(lake, load)) {
    // Only the end matters.
  }
}
