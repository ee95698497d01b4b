// The hot path: an answer about one location, from memory where what is there is known to be the newest, else from one
// statement. Bodies are kept encoded, by question and format; each proves by its version and state that it still holds.
import { hash } from "node:crypto";
import type { Database, Queryable } from "@almanac/db/database";
import { readEpoch } from "@almanac/db/history";
import type { PinPlace } from "@almanac/db/pins";
import type { LocationId } from "@almanac/domain/ids";
import { bytes, type BytesAnswer } from "../http/answer.ts";
import { matches } from "../http/conditional.ts";
import { keptForEver } from "../snapshot/asked.ts";
import { settleAsOf } from "./as-of.ts";
import { type CachedBody, createBodyCache } from "./cache.ts";
import { holidaysCsv } from "./csv.ts";
import { createFreshness } from "./freshness.ts";
import { holidaysIcs } from "./ics.ts";
import { presentHolidays } from "./json.ts";
import type { HolidayQuestion, Selector } from "./question.ts";
import type { HolidayReads, Reading } from "./reads.ts";

export const holidayFormats = ["json", "csv", "ics"] as const;
export type HolidayFormat = (typeof holidayFormats)[number];

export interface HolidayAnswers {
  /** At once when it can be served from memory. `ifNoneMatch` spares the body. Throws the refusals of `HolidayReads`. */
  answer(
    locationId: LocationId,
    question: HolidayQuestion,
    format: HolidayFormat,
    ifNoneMatch?: string,
  ): BytesAnswer<200> | Promise<BytesAnswer<200>>;
}

export interface HolidayAnswersDeps {
  database: Database;
  reader: Queryable;
  reads: HolidayReads;
  /** Bytes of answers that are kept; 0 keeps none. */
  cacheBytes: number;
}

// Locations and pinned versions in use; a flood of them empties the map, it does not fill the memory.
const mostPins = 100_000;
// Rises when the same state is told in other bytes, so that no caller keeps an old telling.
const representation = 1;

const contentTypes: Record<HolidayFormat, string> = {
  json: "application/json",
  csv: "text/csv; charset=utf-8",
  ics: "text/calendar; charset=utf-8; method=PUBLISH",
};

export function createHolidayAnswers({ database, reader, reads, cacheBytes }: HolidayAnswersDeps): HolidayAnswers {
  const pins = new Map<string, PinPlace>();
  const bodies = createBodyCache(cacheBytes);
  const freshness = createFreshness({ readEpoch: () => readEpoch(reader), onChange: () => pins.clear() });

  /** What memory has, which is only to be used while it is fresh. */
  function kept(pinKey: string, bodyKey: string): CachedBody | undefined {
    const pin = pins.get(pinKey);
    const entry = pin === undefined ? undefined : bodies.get(bodyKey);
    return entry !== undefined && entry.version === pin!.version && entry.stateNo === pin!.stateNo ? entry : undefined;
  }

  async function read(locationId: LocationId, question: HolidayQuestion, selector: Selector): Promise<Reading> {
    if (selector.kind === "current") {
      return reads.current(locationId, question.range);
    }
    const [reading] = await reads.holidays([await reads.pin(locationId, selector)], question.range);
    return reading!;
  }

  async function slow(
    locationId: LocationId,
    question: HolidayQuestion,
    format: HolidayFormat,
    ifNoneMatch: string | undefined,
  ): Promise<BytesAnswer<200>> {
    const { selector, lasting } = await settled(question.selector);
    const pinKey = `${locationId}${nameOf(selector)}`;
    const bodyKey = bodyKeyOf(pinKey, question, format);
    const keeps = cacheBytes > 0 && lasting;
    if (keeps && pins.has(pinKey)) {
      await freshness.confirm();
      const entry = kept(pinKey, bodyKey);
      if (entry !== undefined) {
        return answerOf(locationId, question, format, entry);
      }
      const pin = pins.get(pinKey);
      const etag = pin === undefined ? undefined : etagOf(pin, bodyKey);
      if (etag !== undefined && matches(ifNoneMatch, etag)) {
        return bytes(200, "", null, { etag, headers: cachingOf(question) });
      }
    }
    const generation = freshness.generation();
    const reading = await read(locationId, question, selector);
    const entry = entryOf(reading, question, format, bodyKey);
    if (keeps && freshness.generation() === generation) {
      if (pins.size >= mostPins) pins.clear();
      pins.set(pinKey, reading.pin);
      bodies.set(bodyKey, entry);
    }
    return answerOf(locationId, question, format, entry);
  }

  async function settled(selector: Selector): Promise<{ selector: Selector; lasting: boolean }> {
    if (selector.kind !== "as-of") {
      return { selector, lasting: true };
    }
    const { instant, lasting } = await settleAsOf(database, selector.asOf);
    return { selector: { kind: "as-of", asOf: instant }, lasting };
  }

  return {
    answer(locationId, question, format, ifNoneMatch) {
      if (question.selector.kind !== "as-of" && freshness.isFresh()) {
        const pinKey = `${locationId}${nameOf(question.selector)}`;
        const entry = kept(pinKey, bodyKeyOf(pinKey, question, format));
        if (entry !== undefined) {
          return answerOf(locationId, question, format, entry);
        }
      }
      return slow(locationId, question, format, ifNoneMatch);
    },
  };
}

function nameOf(selector: Selector): string {
  switch (selector.kind) {
    case "current":
      return "";
    case "version":
      return `@v${selector.version}`;
    case "as-of":
      return `@${selector.asOf}`;
    case "snapshot":
      return `@s${selector.snapshotId}`;
  }
}

function bodyKeyOf(pinKey: string, question: HolidayQuestion, format: HolidayFormat): string {
  return `${pinKey} ${question.key} ${format}`;
}

/** Strong: the state of the location and the question decide every byte of the answer. */
function etagOf(pin: PinPlace, bodyKey: string): string {
  const named = `${representation} ${pin.version} ${pin.stateNo} ${pin.syncedAt} ${bodyKey}`;
  return `"${pin.version}-${hash("sha256", named, "base64url").slice(0, 22)}"`;
}

function entryOf(reading: Reading, question: HolidayQuestion, format: HolidayFormat, bodyKey: string): CachedBody {
  const { pin } = reading;
  const answer = presentHolidays(reading, question);
  const text =
    format === "json" ? JSON.stringify(answer) : format === "csv" ? holidaysCsv(answer) : holidaysIcs(answer);
  return { version: pin.version, stateNo: pin.stateNo, body: text, etag: etagOf(pin, bodyKey) };
}

function answerOf(
  locationId: LocationId,
  question: HolidayQuestion,
  format: HolidayFormat,
  { body, etag }: CachedBody,
): BytesAnswer<200> {
  const { from, to } = question.range;
  const disposition = `inline; filename="holidays-${locationId}-${from}-${to}.${format}"`;
  const caching = cachingOf(question);
  const headers = format === "json" ? caching : { ...caching, "content-disposition": disposition };
  return bytes(200, body, contentTypes[format], { etag, headers });
}

function cachingOf({ selector }: HolidayQuestion): Record<string, string> {
  return selector.kind === "snapshot" ? snapshotHeaders : plainHeaders;
}

const plainHeaders = { vary: "accept" };
const snapshotHeaders = { ...keptForEver, vary: `accept, ${keptForEver.vary}` };
