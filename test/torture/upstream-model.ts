// What may an observer rely on while the upstream misbehaves? Notes answers as they are given and asks again at the end.
import { readHolidaysAt } from "@almanac/db/calendars";
import type { Database } from "@almanac/db/database";
import { settleHistory } from "@almanac/db/history";
import { readCurrentPins, readPinsAsOf } from "@almanac/db/pins";
import type { Holiday } from "@almanac/domain/holiday";
import { diffHolidays } from "@almanac/domain/holiday/diff";
import type { LocationId } from "@almanac/domain/ids";
import type { Random } from "../stage/random.ts";

export interface Observer {
  /** Asks as of now, and as of a random instant since the beginning, and keeps both answers. */
  note(): Promise<void>;
  /** Asks everything again; how many of the answers differ. */
  changed(): Promise<number>;
  readonly noted: number;
}

export async function observe(database: Database, ids: readonly LocationId[], random: Random): Promise<Observer> {
  const answers: { asOf: string; answer: string }[] = [];
  const now = async () => {
    const settled = await settleHistory(database, Temporal.Now.instant(), Date.now());
    return settled!;
  };
  const began = await now();
  const ask = async (asOf: string): Promise<string> => {
    const found = await readPinsAsOf(database, ids, asOf);
    const holidays = await Promise.all(found.map(async ({ pin }) => pin && readHolidaysAt(database, pin)));
    return JSON.stringify({ found, holidays });
  };
  const keep = async (asOf: string) => void answers.push({ asOf, answer: await ask(asOf) });
  return {
    async note() {
      const instant = await now();
      await keep(instant.toString());
      const sinceMs = instant.epochMilliseconds - began.epochMilliseconds;
      await keep(began.add({ milliseconds: random.below(Math.max(1, Math.floor(sinceMs))) }).toString());
    },
    async changed() {
      const again = await Promise.all(answers.map(({ asOf }) => ask(asOf)));
      return again.filter((answer, place) => answer !== answers[place]!.answer).length;
    },
    get noted() {
      return answers.length;
    },
  };
}

export interface State {
  version: number;
  active: boolean;
  holidays: Holiday[];
}

/** What each location shows now. */
export async function statesOf(database: Database, ids: readonly LocationId[]): Promise<State[]> {
  const pins = await readCurrentPins(database, ids);
  return Promise.all(
    pins.map(async ({ pin }) => ({
      version: pin!.version,
      active: pin!.active,
      holidays: await readHolidaysAt(database, pin!),
    })),
  );
}

/** Holidays that were there and are gone or elsewhere. */
export function harmOf(before: readonly State[], after: readonly State[]): number {
  return before.reduce((harm, state, place) => {
    const diff = diffHolidays(state.holidays, after[place]!.holidays);
    return harm + diff.removed.length + diff.moved.length;
  }, 0);
}
