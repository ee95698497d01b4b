// Facts → findings: what is not as it should be, in a sentence for people, each with what mends it.
import {
  anchorLateMinutes,
  type Counted,
  longestSilenceSeconds,
  type NamedLocation,
  type NamedWork,
  staleHoursUnscheduled,
  type StatusFacts,
} from "./facts.ts";

export const severities = ["problem", "warning", "note"] as const;
/** `problem`: something is wrong now; `warning`: something will be, or somebody has to decide; `note`: worth knowing. */
export type Severity = (typeof severities)[number];

export interface Finding {
  severity: Severity;
  /** Stable. */
  code: string;
  detail: string;
  count: number;
  mending: {
    detail: string;
    /** A path of the console, with its query; null where no screen mends it. */
    screen: string | null;
    /** A line for a terminal; null where none mends it. */
    command: string | null;
  };
}

/** The gravest first; of one severity in a steady order. The same facts give the same findings. */
export function findingsOf(facts: StatusFacts): Finding[] {
  const found = [
    ...processes(facts),
    ...holidays(facts),
    ...loads(facts),
    ...runs(facts),
    ...audit(facts),
    ...keys(facts),
  ];
  return severities.flatMap((severity) => found.filter((finding) => finding.severity === severity));
}

type Mending = Finding["mending"];

const mend = (detail: string, screen: string | null, command: string | null): Mending => ({ detail, screen, command });

function processes({ database, queue, workers, syncSchedule }: StatusFacts): Finding[] {
  const found: Finding[] = [];
  if (!database.isMigrated) {
    found.push({
      severity: "problem",
      code: "database.not_migrated",
      detail: "The database's schema is not the newest one that this version knows.",
      count: 1,
      mending: mend("Bring it to the newest schema.", null, "npm run migrate"),
    });
  }
  if (queue !== null && !queue.isReachable) {
    found.push({
      severity: "problem",
      code: "queue.unreachable",
      detail: "The queue does not answer: work that is asked for is kept, and done once it does.",
      count: 1,
      mending: mend("Start the server of QUEUE_URL, or mend the way to it.", null, null),
    });
  }
  if (workers !== null && !(workers.secondsAgo !== null && workers.secondsAgo <= longestSilenceSeconds)) {
    found.push({
      severity: "problem",
      code: "worker.none",
      detail:
        workers.seenAt === null
          ? "No worker was ever seen: nothing is synced or loaded."
          : `No worker was seen since ${at(workers.seenAt)}: nothing is synced or loaded.`,
      count: 1,
      mending: mend("Start one: npm start starts it beside the api; its log says why it ended.", "/jobs", "npm start"),
    });
  }
  if (syncSchedule !== null && !syncSchedule.isOn) {
    found.push({
      severity: "note",
      code: "schedule.off",
      detail: `No schedule syncs the locations; they count as stale after ${staleHoursUnscheduled} hours.`,
      count: 1,
      mending: mend(
        "Set SYNC_CRON, or let your own scheduler ask for syncs.",
        "/locations",
        "npx almanac sync run --wait",
      ),
    });
  }
  return found;
}

function holidays({ locations, pauses, quarantines }: StatusFacts): Finding[] {
  const found: Finding[] = [];
  if (locations !== null) {
    const { failing, never_synced: never, stale, quarantined } = locations;
    pushIf(found, failing.count, () => ({
      severity: "problem",
      code: "location.failing",
      detail: `The last sync of ${told(failing, "location", failedLocation)}`,
      mending: mend("Sync again once the reason is gone.", "/locations?outcome=failed", "npx almanac sync run --wait"),
    }));
    pushIf(found, never.count, () => ({
      severity: "problem",
      code: "location.never_synced",
      detail: `There are no holidays yet of ${told(never, "location", nameOf)}`,
      mending: mend("Sync.", "/locations?outcome=never", "npx almanac sync run --wait"),
    }));
    pushIf(found, stale.count, () => ({
      severity: "problem",
      code: "location.stale",
      detail: `The holidays are older than they should be of ${told(stale, "location", oldLocation)}`,
      mending: mend("Sync, and see why the schedule did not.", "/locations?sort=synced", "npx almanac sync run --wait"),
    }));
    // Who may not see quarantines still sees that a location waits.
    if (quarantines === null) {
      pushIf(found, quarantined.count, () => ({
        severity: "warning",
        code: "location.quarantined",
        detail: `An answer of the holiday source waits for an operator, for ${told(quarantined, "location", oldLocation)}`,
        mending: mend("Ask an operator to look at it.", "/locations?outcome=quarantined", "npx almanac locations list"),
      }));
    }
  }
  for (const held of quarantines?.named ?? []) {
    found.push({
      severity: "warning",
      code: "quarantine.open",
      detail: `An answer of ${held.source} for ${held.region} is held back since ${at(held.since)}; ${many(held.locations, "location")} wait for it.`,
      count: held.locations,
      mending: mend(
        "Look at what it would change, then approve or reject it.",
        `/versions?quarantine=${held.quarantineId}`,
        "npx almanac locations list",
      ),
    });
  }
  const unnamed = quarantines === null ? 0 : quarantines.count - quarantines.named.length;
  pushIf(found, unnamed, () => ({
    severity: "warning",
    code: "quarantine.more",
    detail: `${many(unnamed, "further answer")} of holiday sources ${unnamed === 1 ? "is" : "are"} held back.`,
    mending: mend("Decide on each.", "/versions", "npx almanac locations list"),
  }));
  for (const pause of pauses ?? []) {
    found.push({
      severity: "warning",
      code: "source.paused",
      detail: `The holiday source ${pause.source} is not asked before ${at(pause.until)}: ${sentence(pause.detail)}`,
      count: 1,
      mending: mend("Wait, or raise the quota at the source.", "/locations", "npx almanac sync run --wait"),
    });
  }
  return found;
}

function loads(facts: StatusFacts): Finding[] {
  const found: Finding[] = [];
  if (facts.loads === null) return found;
  const { failed, still, rejected } = facts.loads;
  pushIf(found, failed.count, () => ({
    severity: "problem",
    code: "load.failed",
    detail: `${many(failed.count, "load")} of the last seven days failed: ${list(failed, workFailed)}`,
    mending: mend(
      "Send the same file again once the reason is gone: it goes on where it stopped.",
      failed.count === 1 ? `/loads/${failed.named[0]!.id}` : "/loads?status=failed",
      "npx almanac load file <path> --wait",
    ),
  }));
  pushIf(found, still.count, () => ({
    severity: "problem",
    code: "load.standing_still",
    detail: `${many(still.count, "load")} ${still.count === 1 ? "has" : "have"} not moved: ${list(still, workSince)}`,
    mending: mend(
      "See whether a worker runs, and what it logs of the load.",
      still.count === 1 ? `/loads/${still.named[0]!.id}` : "/loads?status=running",
      null,
    ),
  }));
  for (const load of rejected.named) {
    found.push({
      severity: "warning",
      code: "load.rejects",
      detail: `${many(load.count, "line")} of ${load.name} (${at(load.since)}) ${load.count === 1 ? "was" : "were"} refused, and neither replayed nor mended.`,
      count: load.count,
      mending: mend(
        "See why. When the reason is gone, replay them; when lines were wrong, send right ones.",
        `/loads/${load.id}`,
        `npx almanac load rejects ${load.id}`,
      ),
    });
  }
  const unnamed = rejected.count - rejected.named.length;
  pushIf(found, unnamed, () => ({
    severity: "warning",
    code: "load.rejects_more",
    detail: `${many(unnamed, "further load")} ${unnamed === 1 ? "has" : "have"} refused lines that were neither replayed nor mended.`,
    mending: mend("See each.", "/loads?status=partial", "npx almanac load replay <load_id>"),
  }));
  return found;
}

function runs(facts: StatusFacts): Finding[] {
  const found: Finding[] = [];
  if (facts.runs === null) return found;
  for (const run of facts.runs.failed.named) {
    found.push({
      severity: "problem",
      code: "run.failed",
      detail: `The reprocess run of ${run.name} failed at ${at(run.since)}: ${sentence(run.detail ?? "no reason was told")}`,
      count: 1,
      mending: mend("Ask for it again once the reason is gone.", "/runs", `npx almanac reprocess status ${run.id}`),
    });
  }
  for (const run of facts.runs.proposed.named) {
    found.push({
      severity: "warning",
      code: "run.proposed",
      detail: `${many(run.count, "event")} of ${run.name} would be understood anew by the newest schema; a preview of ${at(run.since)} waits.`,
      count: run.count,
      mending: mend(
        "Look at the preview, then publish it.",
        `/schemas/${encodeURIComponent(run.name)}?run=${run.id}`,
        `npx almanac reprocess preview ${run.name}`,
      ),
    });
  }
  for (const run of facts.runs.paused.named) {
    found.push({
      severity: "warning",
      code: "run.paused",
      detail: `The reprocess run of ${run.name} is paused since ${at(run.since)}.`,
      count: 1,
      mending: mend(
        "Resume or cancel it.",
        `/schemas/${encodeURIComponent(run.name)}?run=${run.id}`,
        `npx almanac reprocess status ${run.id}`,
      ),
    });
  }
  return found;
}

function audit(facts: StatusFacts): Finding[] {
  if (facts.audit === null) return [];
  const { isSigned, unanchoredSince, entries } = facts.audit;
  const check = "Whether the audit is what was written is not checked here: GET /v1/audit/verify hashes all of it.";
  if (!isSigned) {
    return [
      {
        severity: "note",
        code: "audit.anchors_off",
        detail: `Nobody signs where the audit stands: rewriting all of its ${entries} entries would not show. ${check}`,
        count: 1,
        mending: mend("Set ALMANAC_SIGNING_KEY for the api and the worker.", "/audit", null),
      },
    ];
  }
  const late = Temporal.Instant.from(facts.now).subtract({ minutes: anchorLateMinutes });
  if (unanchoredSince === null || Temporal.Instant.compare(unanchoredSince, late) >= 0) return [];
  return [
    {
      severity: "warning",
      code: "audit.anchors_late",
      detail: `What the audit got since ${at(unanchoredSince)} is not signed yet; it should be every ten minutes. ${check}`,
      count: 1,
      mending: mend("See the worker's log about audit-anchor.", "/audit", null),
    },
  ];
}

function keys(facts: StatusFacts): Finding[] {
  return (facts.keys ?? []).map(({ name, expiresAt }) => ({
    severity: "warning" as const,
    code: "key.expires_soon",
    detail: `The key "${name}" ends at ${at(expiresAt)}.`,
    count: 1,
    mending: mend("Make a new one, hand it over, then revoke this one.", "/keys", "npx almanac keys create --help"),
  }));
}

function pushIf(found: Finding[], count: number, make: () => Omit<Finding, "count">): void {
  if (count > 0) found.push({ ...make(), count });
}

/** `3 locations: A, B and 1 more.` */
function told<Named>({ count, named }: Counted<Named>, noun: string, words: (each: Named) => string): string {
  return `${many(count, noun)}: ${list({ count, named }, words)}`;
}

function list<Named>({ count, named }: Counted<Named>, words: (each: Named) => string): string {
  const more = count - named.length;
  return `${[...named.map(words), ...(more > 0 ? [`${more} more`] : [])].join("; ")}.`;
}

const nameOf = ({ subdivisionCode, locationId }: NamedLocation) => `${subdivisionCode} (${locationId})`;

const oldLocation = (location: NamedLocation) =>
  `${nameOf(location)}, ${location.since === null ? "never synced" : `last synced at ${at(location.since)}`}`;

const failedLocation = (location: NamedLocation) =>
  `${nameOf(location)} failed${location.since === null ? "" : ` at ${at(location.since)}`}${location.detail === null ? "" : `: ${withoutStop(location.detail)}`}`;

const workSince = ({ name, since }: NamedWork) => `${name}, since ${at(since)}`;

const workFailed = ({ name, since, detail }: NamedWork) =>
  `${name} at ${at(since)}${detail === null ? "" : `: ${withoutStop(detail)}`}`;

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** To the minute, and always with the zone's name. */
function at(instant: string): string {
  const moment = Temporal.Instant.from(instant).toZonedDateTimeISO("UTC").toPlainDateTime();
  return `${moment.toString({ smallestUnit: "minute" }).replace("T", " ")} UTC`;
}

const withoutStop = (text: string) => text.replace(/\.+$/, "");

const sentence = (text: string) => `${withoutStop(text)}.`;
