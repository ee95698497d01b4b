// Ids that cannot be mixed up: branded strings and numbers, no run-time cost.

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A location's UUID, lower case. */
export type LocationId = Branded<string, "LocationId">;
/** A sync's UUID (version 7). */
export type SyncId = Branded<string, "SyncId">;
/** A holiday's UUID, minted once and carried across revisions. */
export type HolidayId = Branded<string, "HolidayId">;
/** A calendar's row number: one (source, resolved region). */
export type CalendarId = Branded<number, "CalendarId">;
/** An event's UUID, lower case, given by whoever sends it. */
export type EventId = Branded<string, "EventId">;
/** A load's UUID (version 7). */
export type LoadId = Branded<string, "LoadId">;
/** A reprocess run's UUID (version 7). */
export type RunId = Branded<string, "RunId">;
/** A snapshot's UUID (version 7). */
export type SnapshotId = Branded<string, "SnapshotId">;
