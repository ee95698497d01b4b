// Which instant a wall clock of a time zone shows: what a timestamp without an offset means in a load that names a zone.
import { AppError } from "../errors.ts";

const dayMs = 86_400_000;
const dayUs = dayMs * 1000;
/** Days whose offset is remembered; a load rarely holds more than a few years. */
const mostDays = 4096;

/** Reads wall clock times of one time zone. */
export interface LocalClock {
  timeZone: string;
  /**
   * The instant, in microseconds since the epoch, at which the zone's clocks show a time (given as the microseconds that
   * it would be in UTC); `ambiguous` where they show it twice, `skipped` where they never do.
   */
  instantOf(localUs: number): number | "ambiguous" | "skipped";
}

/** The clock of an IANA time zone. Throws `time_zone.invalid` (incorrect) for a name that nobody knows. */
export function localClock(timeZone: string): LocalClock {
  let canonical: string;
  try {
    canonical = new Temporal.ZonedDateTime(0n, timeZone).timeZoneId;
  } catch (cause) {
    throw new AppError("incorrect", {
      code: "time_zone.invalid",
      detail: "The time zone is no IANA name, such as Europe/Amsterdam.",
      cause,
    });
  }
  if (/^(Etc\/)?UTC$/i.test(canonical)) return { timeZone, instantOf: (localUs) => localUs };

  const offsets = new Map<number, number | null>();
  /** The offset of a whole local day, or null where a transition is near enough to need a closer look. */
  function offsetOf(day: number): number | null {
    const known = offsets.get(day);
    if (known !== undefined) return known;
    if (offsets.size >= mostDays) offsets.clear();
    // No offset is larger than a day, so that a day on either side bounds the instants of this local one.
    const before = Temporal.Instant.fromEpochMilliseconds((day - 1) * dayMs).toZonedDateTimeISO(canonical);
    const next = before.getTimeZoneTransition("next");
    const isSteady = next === null || next.epochMilliseconds > (day + 2) * dayMs;
    const offset = isSteady ? before.offsetNanoseconds / 1000 : null;
    offsets.set(day, offset);
    return offset;
  }

  return {
    timeZone,
    instantOf(localUs) {
      const offset = offsetOf(Math.floor(localUs / dayUs));
      return offset === null ? lookClosely(localUs, canonical) : localUs - offset;
    },
  };
}

function lookClosely(localUs: number, timeZone: string): number | "ambiguous" | "skipped" {
  const local = Temporal.Instant.fromEpochNanoseconds(BigInt(localUs) * 1000n)
    .toZonedDateTimeISO("UTC")
    .toPlainDateTime();
  const first = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  const second = local.toZonedDateTime(timeZone, { disambiguation: "later" });
  if (first.epochNanoseconds !== second.epochNanoseconds) {
    return first.toPlainDateTime().equals(local) ? "ambiguous" : "skipped";
  }
  return Number(first.epochNanoseconds / 1000n);
}
