// How much and how new is a dataset, and by which checks is it judged? Views are as new as what they read.
import type { Quality } from "@almanac/db/catalogue/measures";
import type { Measures } from "./dataset.ts";
import type { MeasuredFacts } from "./facts.ts";

export function measuresOfTable(name: string, measured: MeasuredFacts): Measures {
  return {
    newestAt: measured.newest.get(name) ?? null,
    rowCount: measured.rowCounts.get(name) ?? null,
    quality: qualityOf(name, measured),
  };
}

/** `sources` are the measures of what the view reads. */
export function measuresOfView(name: string, sources: readonly (Measures | null)[], measured: MeasuredFacts): Measures {
  return {
    ...measuresOfTable(name, measured),
    // RFC 3339 in UTC of one length: text compares as instants do.
    newestAt: sources.map((each) => each?.newestAt ?? null).reduce(later, null),
  };
}

/** `newestAt` is when its newest schema was registered. */
export function measuresOfType(eventType: string, newestAt: string, measured: MeasuredFacts): Measures {
  // A type that is not among the frequent ones of an estimate has rows all the same.
  return { newestAt, rowCount: measured.eventTypeCounts.get(eventType) ?? null, quality: null };
}

export function measuresOfPlace(name: string, { newest }: MeasuredFacts): Measures {
  const table = tablesOfPlaces[name];
  return { newestAt: table === undefined ? null : (newest.get(table) ?? null), rowCount: null, quality: null };
}

function later(newest: string | null, each: string | null): string | null {
  return each !== null && (newest === null || each > newest) ? each : newest;
}

/** Which table knows how new a place is. */
export const tablesOfPlaces: Readonly<Record<string, string>> = {
  "lake.raw": "load",
  "lake.manifests": "load",
  "lake.audit": "audit",
  "lake.journal": "journal",
  "source.callers": "load",
  "source.drop_folder": "inbox_file",
  "source.holidays": "calendar_year",
};

/** By whose checks a relation is judged. */
export const qualitySubjects: Readonly<Record<string, string>> = {
  articles: "articles",
  calendar_year: "calendars",
  event_history: "events",
  events: "events",
  holiday: "calendars",
  holidays: "calendars",
  reject: "events",
  tickets: "tickets",
  users: "users",
  "mart.bridge_location_day_holidays": "calendars",
  "mart.calendar_holiday_days": "calendars",
  "mart.dim_articles": "articles",
  "mart.dim_tickets": "tickets",
  "mart.dim_users": "users",
  "mart.fact_event_versions": "events",
  "mart.fact_events": "events",
  "mart.fact_events_holidays": "events",
};

function qualityOf(name: string, { quality }: MeasuredFacts): Quality | null {
  const subject = qualitySubjects[name];
  return subject === undefined ? null : (quality.get(subject) ?? null);
}
