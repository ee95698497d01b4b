// Which event did a refused line mean? As far as it says so: a reject is found again by that id. Never an error.
import type { EventId } from "../ids.ts";
import { parseUuid } from "./uuid.ts";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const named = new RegExp(`"event_id"\\s*:\\s*"(${uuid})"`, "i");

// What is behind is not looked at: a line may have a mebibyte of nonsense.
const mostRead = 65_536;

/**
 * `event_id` of a JSON object (`id` of a CloudEvent); where the text is none, what stands behind that name. Null without
 * any: of CSV only its reader knows.
 */
export function eventNamedIn(raw: string): EventId | null {
  const text = raw.slice(0, mostRead);
  const object = text.length === raw.length ? objectIn(text) : null;
  const told = object === null ? named.exec(text)?.[1] : (object["event_id"] ?? object["id"]);
  return typeof told === "string" ? (parseUuid(told) as EventId | null) : null;
}

function objectIn(text: string): Record<string, unknown> | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
