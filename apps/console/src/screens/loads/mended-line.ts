// How is a mended line sent? As a file of one line, in the words of the load that it was refused by.
import type { Load } from "@almanac/client/contract";
import { isJson, joined } from "../../parts/json-text.ts";
import type { Media } from "./media.ts";

export interface MendedLine {
  body: string;
  mediaType: Media["mediaType"];
}

/** Of a CSV's line: the names of its cells, which stand in the first line of the file and not in this one. */
export const usualHeader =
  "event_id,event_type,event_timestamp,user_id,related_id,version,metadata,location_id,visit_date";

export function needsHeader({ media_type: mediaType }: Pick<Load, "media_type">): boolean {
  return mediaType === "text/csv";
}

/** `text` as it was edited; `header` for a CSV alone. What is no JSON goes out as it is: the api says what is wrong. */
export function mendedLine(load: Pick<Load, "media_type">, text: string, header: string): MendedLine {
  if (needsHeader(load)) return { body: `${header.trim()}\n${text.trim()}\n`, mediaType: "text/csv" };
  // Over several lines it would be several.
  const line = isJson(text) ? joined(text) : text.trim().replaceAll(/\s*\n\s*/g, " ");
  return { body: `${line}\n`, mediaType: "application/x-ndjson" };
}
