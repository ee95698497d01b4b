// A load, a sync or a reprocess run as OpenLineage run events: which job it was, what it read, what it wrote and how it ended. Pure.
import type { LoadView } from "@almanac/db/loads";
import type { Due, RunFacts } from "@almanac/db/openlineage/due";
import type { SyncView } from "@almanac/db/syncs";
import { otherWork } from "@almanac/domain/catalogue/work";
import { jobFlows } from "@almanac/queue/flows";
import type { Datasets, LineageDataset } from "./datasets.ts";
import { envelope, facets, type Facets } from "./facets.ts";
import { type EventType, planTelling, type State, type Telling } from "./plan.ts";

/** An OpenLineage RunEvent, 2-0-2. */
export interface RunEvent {
  eventType: EventType;
  eventTime: string;
  producer: string;
  schemaURL: string;
  run: { runId: string; facets: Facets };
  job: { namespace: string; name: string; facets: Facets };
  inputs: LineageDataset[];
  outputs: LineageDataset[];
}

export interface Told {
  attempt: number;
  events: RunEvent[];
}

/** What all events of one run have in common. */
interface Content {
  state: State;
  error: string | null;
  job: { name: string; description: string };
  inputs: LineageDataset[];
  outputs: LineageDataset[];
}

export interface DocumentDeps {
  namespace: string;
  datasets: Datasets;
  /** The time of an event that says that something still runs. */
  now: () => Temporal.Instant;
}

export function eventsOfLoad(deps: DocumentDeps, { view: load, told }: Due<LoadView>): Told {
  const state: State = {
    objectId: load.loadId,
    status: load.status,
    startedAt: load.startedAt ?? load.requestedAt,
    finishedAt: load.finishedAt,
    errorCode: load.errorCode,
  };
  const isPost = load.channel === "post";
  const raw = deps.datasets.object(load.rawUri);
  return eventsOf(deps, planTelling(state, told), {
    state,
    error: load.errorCode === null ? null : `${load.errorCode}: ${load.errorDetail}`,
    job: isPost
      ? { name: "post-events", description: otherWork["post events"]!.summary }
      : { name: `event-load.${load.dataset}`, description: jobFlows["event-load"].summary },
    inputs: [
      {
        ...raw,
        inputFacets: {
          inputStatistics: facets.inputStatistics({ rowCount: load.rows.total, size: load.bytes, fileCount: 1 }),
        },
      },
    ],
    outputs: outputsOfLoad(deps.datasets, load),
  });
}

const historyOf = {
  events: "event_history",
  users: "user_history",
  tickets: "ticket_history",
  articles: "article_history",
} as const;

/** Members that events name for the first time are written too, how many is not counted. */
function outputsOfLoad(datasets: Datasets, { dataset, rows }: LoadView): LineageDataset[] {
  const counted: [string, number][] = [
    [dataset, rows.inserted + rows.updated],
    [historyOf[dataset], rows.updated + rows.stale],
    ["reject", rows.rejected + rows.conflict],
  ];
  const inferred = dataset === "events" ? ["users", "tickets", "articles"] : [];
  return [
    ...counted.flatMap(([name, rowCount]) =>
      relations(datasets, [name]).map((each) => ({
        ...each,
        outputFacets: { outputStatistics: facets.outputStatistics({ rowCount }) },
      })),
    ),
    ...relations(datasets, inferred),
  ];
}

const calendarTables = ["calendar_revision", "calendar_coverage", "holiday", "location_version_run"];

export function eventsOfSync(deps: DocumentDeps, { view: sync, told }: Due<SyncView>): Told {
  const state: State = {
    objectId: sync.syncId,
    status: sync.status,
    startedAt: sync.requestedAt,
    finishedAt: sync.finishedAt,
    errorCode: null,
  };
  const withheld = sync.failed + sync.quarantined;
  return eventsOf(deps, planTelling(state, told), {
    state,
    error:
      withheld === 0
        ? null
        : `${sync.failed} of ${sync.total} locations failed, ${sync.quarantined} wait for an operator.`,
    job: { name: "holiday-sync", description: jobFlows["holiday-sync-all"].summary },
    inputs: [deps.datasets.place("source.holidays"), ...relations(deps.datasets, ["location_state"])],
    outputs: relations(deps.datasets, calendarTables),
  });
}

/** A preview writes nothing. */
export function eventsOfRun(deps: DocumentDeps, { view: run, told }: Due<RunFacts>): Told {
  const state: State = {
    objectId: run.runId,
    status: run.status,
    startedAt: run.startedAt ?? run.requestedAt,
    finishedAt: run.finishedAt,
    errorCode: run.errorCode,
  };
  const failures = run.failed === 0 ? null : `${run.failed} of ${run.scanned} events could not be interpreted anew.`;
  return eventsOf(deps, planTelling(state, told), {
    state,
    error: run.errorCode === null ? failures : `${run.errorCode}: ${run.errorDetail}`,
    job: { name: `reprocess-${run.mode}.${run.eventType}`, description: jobFlows["reprocess-run"].summary },
    inputs: [
      ...relations(deps.datasets, ["events"]).map((events) => ({
        ...events,
        inputFacets: { inputStatistics: facets.inputStatistics({ rowCount: run.scanned }) },
      })),
      ...relations(deps.datasets, ["event_schema"]),
    ],
    outputs: relations(deps.datasets, run.mode === "publish" ? ["events", "event_history"] : []).map((each) => ({
      ...each,
      outputFacets: { outputStatistics: facets.outputStatistics({ rowCount: run.changed }) },
    })),
  });
}

function relations(datasets: Datasets, names: readonly string[]): LineageDataset[] {
  return names.map((name) => datasets.relation(name)).filter((each) => each !== null);
}

function eventsOf(deps: DocumentDeps, telling: Telling, content: Content): Told {
  return {
    attempt: telling.attempt,
    events: telling.events.map((type) => eventOf(deps, type, telling.runId, content)),
  };
}

function eventOf({ namespace, now }: DocumentDeps, eventType: EventType, runId: string, content: Content): RunEvent {
  const { state, error, job } = content;
  const isEnd = eventType === "COMPLETE" || eventType === "FAIL" || eventType === "ABORT";
  const eventTime =
    eventType === "START" ? state.startedAt : isEnd && state.finishedAt !== null ? state.finishedAt : now().toString();
  return {
    eventType,
    eventTime,
    ...envelope,
    run: {
      runId,
      facets: {
        processing_engine: facets.processingEngine(),
        ...(isEnd && error !== null ? { errorMessage: facets.errorMessage(error) } : {}),
      },
    },
    job: {
      namespace,
      name: job.name,
      facets: { documentation: facets.jobDocumentation(job.description), jobType: facets.jobType("JOB") },
    },
    inputs: content.inputs.map((input) => (eventType === "START" ? withoutCounts(input) : input)),
    outputs: content.outputs.map((output) => (eventType === "START" ? withoutCounts(output) : output)),
  };
}

/** Nothing was read or written when it began. */
function withoutCounts({ namespace, name, facets: own }: LineageDataset): LineageDataset {
  return { namespace, name, facets: own };
}
