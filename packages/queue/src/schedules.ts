// Which jobs come by the clock? Kept in the backend by key; remembered here so that a wiped backend can be told again.

import { AppError } from "@almanac/domain/errors";
import { CronExpressionParser } from "cron-parser";
import type { RawQueue } from "./backend.ts";
import { type JobName, jobNames } from "./catalogue.ts";
import type { RegisteredSchedule, Schedule } from "./queues.ts";
import { isRolledBack } from "./trouble.ts";

function refused(schedule: Schedule, what: string, cause?: unknown): AppError {
  return new AppError("incorrect", {
    code: "job.schedule_invalid",
    detail: `The schedule ${schedule.key} has ${what}.`,
    cause,
  });
}

/** Throws AppError `incorrect` for a key, zone or pattern that cannot be. */
export function checkSchedule(schedule: Schedule): void {
  if (!/^[a-z0-9][a-z0-9.-]{0,99}$/.test(schedule.key))
    throw refused(schedule, "a key with other characters than a-z, 0-9, '.' and '-'");
  if (!/^\S+(\s+\S+){4,5}$/.test(schedule.cron.trim()))
    throw refused(schedule, `a cron pattern without five or six fields (${schedule.cron})`);
  try {
    Temporal.Now.zonedDateTimeISO(schedule.tz);
  } catch (cause) {
    throw refused(schedule, `an unknown time zone (${schedule.tz})`, cause);
  }
}

const collisionTries = 5;

// The slot came between BullMQ's reckoning and its writing: reckoned anew, the next one is meant. Or workers that start together
// register the same schedule, and PostgreSQL ended their deadlock at our cost.
const isCollision = (error: unknown) =>
  isRolledBack(error) || (error instanceof Error && /job ID already exists|slots are busy/i.test(error.message));

async function again<T>(question: () => Promise<T>, tries = collisionTries): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (isCollision(error) && tries > 1) return again(question, tries - 1);
    throw error;
  }
}

/** Upserts: the slot's job carries an id made of key and slot, so that two processes that register the same slot make one job. */
export async function register(queue: RawQueue, schedule: Schedule): Promise<void> {
  try {
    await again(() =>
      queue.upsertJobScheduler(
        schedule.key,
        { pattern: schedule.cron, tz: schedule.tz },
        { name: schedule.name, data: schedule.payload },
      ),
    );
  } catch (error) {
    if (
      error instanceof Error &&
      /cron|constraint|Invalid (character|expression)|Cannot parse|out of range/i.test(error.message)
    ) {
      throw refused(schedule, `a cron pattern that cannot be read (${schedule.cron})`, error);
    }
    throw error;
  }
}

/** Takes a schedule away, whatever job it was of; true when there was one. */
export async function unregister(queueOf: (name: JobName) => RawQueue, key: string): Promise<boolean> {
  const removed = await Promise.all(jobNames.map((name) => again(() => queueOf(name).removeJobScheduler(key))));
  return removed.includes(true);
}

export async function listSchedules(queueOf: (name: JobName) => RawQueue): Promise<RegisteredSchedule[]> {
  const perQueue = await Promise.all(
    jobNames.map(async (name) =>
      (await queueOf(name).getJobSchedulers(0, -1, true)).map((found) => ({
        key: found.key,
        name,
        cron: found.pattern ?? "",
        tz: found.tz ?? "UTC",
        next_at: found.next === undefined ? undefined : new Date(found.next).toISOString(),
        slots_before: slotsBefore(found.pattern ?? "", found.tz ?? "UTC"),
      })),
    ),
  );
  return perQueue.flat();
}

/** None for a pattern that only the backend can read. */
function slotsBefore(cron: string, tz: string): string[] {
  try {
    const slots = CronExpressionParser.parse(cron, { tz });
    return [slots.prev(), slots.prev()].map((slot) => slot.toDate().toISOString());
  } catch {
    return [];
  }
}

/** Registers again what is gone. True if something was. */
export async function restore(queueOf: (name: JobName) => RawQueue, schedules: Iterable<Schedule>): Promise<boolean> {
  let restored = false;
  for (const schedule of schedules) {
    if ((await queueOf(schedule.name).getJobScheduler(schedule.key)) !== undefined) continue;
    await register(queueOf(schedule.name), schedule);
    restored = true;
  }
  return restored;
}
