// Fourteen misbehaviours of the upstream among honest changes, in random order: what is known only grows by what an
// honest answer or an operator said, and an as-of answer, once given, never changes.
import type { LocationId } from "@almanac/domain/ids";
import {
  type FaultKind,
  type HolidayApiDouble,
  type HolidayChange,
  startHolidayApiDouble,
} from "@almanac/sources/double";
import { openSource } from "@almanac/sources/open";
import { approveSync, rejectSync } from "@almanac/usecases/decide-quarantine";
import { setLocations, syncNow, testWorker, type TestWorker } from "@almanac/worker/testing";
import type { Random } from "../stage/random.ts";
import { type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";
import { harmOf, type Observer, observe, statesOf } from "./upstream-model.ts";

const misbehaviours: readonly FaultKind[] = [
  "time_out",
  "reset",
  "rate_limited",
  "failed_empty",
  "unavailable",
  "html",
  "cut_json",
  "empty_list",
  "half_list",
  "wrong_year",
  "duplicates",
  "too_large",
  "trickle",
  "redirect",
];

const places = [
  { code: "NL-UT", region: "NL" },
  { code: "GB-WLL", region: "GB-ENG" },
  { code: "FR", region: "FR" },
] as const;
const nextYear = new Date().getUTCFullYear() + 1;

interface Scene {
  worker: TestWorker;
  double: HolidayApiDouble;
  ids: LocationId[];
  observer: Observer;
  random: Random;
  problems: string[];
  changes: Map<string, HolidayChange[]>;
}

/** `runs` times through `locations` of the misbehaviours (14 are all), each between honest syncs. */
export async function misbehave({ stage, size, random }: Suite): Promise<Outcome> {
  const double = await startHolidayApiDouble({ quota: 10_000_000 });
  const source = openSource({
    kind: "holidayapi",
    holidayapi: { key: double.key, baseUrl: double.url, tryTimeoutMs: 300, deadlineMs: 900, backoffMs: 20 },
  });
  const worker = await testWorker({
    url: stage.databaseUrl,
    queueUrl: stage.queueUrl,
    source,
    settings: { window: { back: 0, ahead: 1 } },
  });
  const { database } = worker.deps;
  const ids = places.map(() => crypto.randomUUID() as LocationId);
  await setLocations(
    database,
    ids.map((id, place) => ({ id, code: places[place]!.code })),
  );
  await syncNow(worker.deps, ids);
  const observer = await observe(database, ids, random);
  const scene: Scene = { worker, double, ids, observer, random, problems: [], changes: new Map() };
  const watch = stopwatch();
  const began = performance.now();
  for (let run = 1; run <= size.runs; run += 1) {
    for (const kind of random.shuffle(misbehaviours).slice(0, size.locations)) {
      await honestStep(scene);
      await observer.note();
      await badStep(scene, kind);
      await observer.note();
    }
  }
  const changed = await observer.changed();
  if (changed > 0) scene.problems.push(`${changed} as-of answers changed`);
  watch.note("whole", began);
  await worker.close();
  await double.close();
  return outcomeOf(
    stage,
    {
      runs: size.runs * size.locations,
      size: `misbehaviours among honest changes, ${observer.noted} as-of answers asked again`,
      slowest: watch.slowest,
      problems: scene.problems,
    },
    { mayFail: true },
  );
}

async function honestStep({ worker, double, ids, random, problems, changes }: Scene): Promise<void> {
  const { region } = random.pick(places);
  const before = await statesOf(worker.deps.database, ids);
  const list = changes.getOrInsertComputed(region, () => []);
  if (list.length < 2) {
    list.push({ do: "add", holiday: { name: `Day ${random.below(1_000_000)}`, date: dayOf(random) } });
  } else {
    list.splice(random.below(list.length), 1);
  }
  double.setHolidays(region, nextYear, list);
  const sync = await syncNow(worker.deps, ids);
  const after = await statesOf(worker.deps.database, ids);
  if (sync.status !== "succeeded") problems.push(`an honest answer ended ${sync.status}`);
  if (after.some((state, place) => state.version !== before[place]!.version + 1))
    problems.push("versions did not rise by one");
}

async function badStep({ worker, double, ids, random, problems }: Scene, kind: FaultKind): Promise<void> {
  const { database, source, now } = worker.deps;
  const before = await statesOf(database, ids);
  double.setFaults([{ kind, ...(kind === "rate_limited" ? { times: 1, retryAfter: "1" } : {}) }]);
  const sync = await syncNow(worker.deps, ids);
  double.setFaults();
  const after = await statesOf(database, ids);
  if (harmOf(before, after) > 0) problems.push(`${kind}: holidays were removed or moved`);
  const made = after.filter((state, place) => state.version !== before[place]!.version).length;
  if (made !== sync.changed + sync.unchanged)
    problems.push(`${kind}: ${made} versions for ${sync.changed + sync.unchanged} successes`);
  if (sync.quarantined === 0) return;
  const decide = random.below(3) === 0 ? approveSync : rejectSync;
  await decide({ database, sourceName: source.name, now }, { syncId: sync.syncId, actor: "test" });
}

function dayOf(random: Random): string {
  return Temporal.PlainDate.from({ year: nextYear, month: 1, day: 1 })
    .add({ days: random.below(365) })
    .toString();
}
