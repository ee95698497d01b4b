// What the members of a reference feed are, line by line: users, tickets and articles as NDJSON or CSV. Fields that a
// dimension does not know are left out; the raw zone has them.
import type { Dimension, MemberFacts } from "@almanac/domain/dimension/member";
import { AppError } from "@almanac/domain/errors";
import { isReject } from "@almanac/domain/event/envelope";
import type { LinePlace, Reject } from "@almanac/domain/event/event";
import { cellAt, columnsOf } from "./event/csv-event.ts";
import type { GateOptions } from "./events.ts";
import { readMembers } from "./json/members.ts";
import type { FieldOf } from "./member/judge.ts";
import { judgeMember, memberKeys } from "./member/judge.ts";
import type { RegionText, RejectedLine, Span, Splitter } from "./records.ts";
import { rejectRecord } from "./records.ts";
import { defaultLineCapBytes, gateRecords } from "./split/body.ts";
import type { CsvRecord } from "./split/csv.ts";
import { CsvSplitter } from "./split/csv.ts";
import { LineSplitter } from "./split/lines.ts";

/** A line that is a member. */
export interface GatedMember extends LinePlace {
  member: MemberFacts;
}

/** Told apart by `"member" in line`. */
export type GatedMemberLine = GatedMember | RejectedLine;

/**
 * The lines of a feed, an item for each block of it. Never throws because of a bad line; throws `csv.header_invalid` and
 * `feed.media_type_unknown` (incorrect).
 */
export async function* gateMembers(
  dimension: Dimension,
  body: AsyncIterable<Uint8Array>,
  options: Pick<GateOptions, "mediaType" | "lineCapBytes" | "yieldEveryMs">,
): AsyncGenerator<readonly GatedMemberLine[]> {
  const capBytes = options.lineCapBytes ?? defaultLineCapBytes;
  switch (options.mediaType) {
    case "application/x-ndjson":
      yield* gate(dimension, body, new LineSplitter(capBytes), options.yieldEveryMs, (text, record) => {
        const members = readMembers(text, record);
        return members instanceof Map ? (name) => members.get(name)?.value ?? null : members;
      });
      return;
    case "text/csv": {
      let columns = new Map<string, number>();
      const splitter = new CsvSplitter(capBytes, (names) => {
        columns = columnsOf(names, [memberKeys[dimension]]);
      });
      yield* gate<CsvRecord>(dimension, body, splitter, options.yieldEveryMs, (text, record) => {
        if (text.hasNul(record.start, record.end)) {
          return { code: "line.nul", pointer: "", detail: "It has a NUL character." };
        }
        return (name) => {
          const cell = cellAt(text, record, columns.get(name));
          return cell === null ? null : JSON.stringify(cell);
        };
      });
      return;
    }
    case "application/json":
    case "application/vnd.apache.parquet":
    case "application/cloudevents+json":
    case "application/cloudevents-batch+json":
      throw new AppError("incorrect", {
        code: "feed.media_type_unknown",
        detail: "A reference feed is application/x-ndjson or text/csv.",
      });
  }
}

function gate<Record extends Span>(
  dimension: Dimension,
  body: AsyncIterable<Uint8Array>,
  splitter: Splitter<Record>,
  yieldEveryMs: number | undefined,
  read: (text: RegionText, record: Record) => FieldOf | Reject,
): AsyncGenerator<readonly GatedMemberLine[]> {
  return gateRecords(body, splitter, yieldEveryMs, (text) => (record): GatedMemberLine => {
    const fields = read(text, record);
    const judged = typeof fields === "function" ? judgeMember(dimension, fields) : fields;
    if (isReject(judged)) return rejectRecord(text, record, judged);
    const { line, start, end } = record;
    return { line, byteOffset: text.offset + start, byteLength: end - start, member: judged };
  });
}
