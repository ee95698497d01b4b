// Which dataset comes from which? Views from what their definition reads, tables and zones from the work that writes them,
// events from the types that they are of.
import type { ViewSource } from "@almanac/db/catalogue/relations";
import { type Flow, otherWork } from "@almanac/domain/catalogue/work";
import { jobFlows } from "@almanac/queue/flows";
import type { Neighbour } from "./dataset.ts";

export interface Lineage {
  upstream(dataset: string): Neighbour[];
  downstream(dataset: string): Neighbour[];
}

interface Edge {
  from: string;
  to: string;
  by: string;
  columns: string[] | null;
}

/** Where the events of a type are in the database. */
const homesOfEvents = ["events", "event_history"];

export function lineageOf(facts: { viewSources: readonly ViewSource[]; eventTypes: readonly string[] }): Lineage {
  const edges = [
    ...facts.viewSources.map(({ view, source, columns }) => ({ from: source, to: view, by: "view", columns })),
    ...Object.entries(jobFlows).flatMap(([name, flow]) => edgesOf(`job ${name}`, flow)),
    ...Object.entries(otherWork).flatMap(([name, flow]) => edgesOf(name, flow)),
    ...facts.eventTypes.flatMap(edgesOfType),
  ];
  const into = Map.groupBy(edges, ({ to }) => to);
  const outOf = Map.groupBy(edges, ({ from }) => from);
  return {
    upstream: (dataset) => neighbours(into.get(dataset) ?? [], "from"),
    downstream: (dataset) => neighbours(outOf.get(dataset) ?? [], "to"),
  };
}

function edgesOf(by: string, { reads, writes }: Flow): Edge[] {
  return reads.flatMap((from) => writes.filter((to) => to !== from).map((to) => ({ from, to, by, columns: null })));
}

function edgesOfType(dataset: string): Edge[] {
  const edge = (from: string, to: string, by: string): Edge => ({ from, to, by, columns: null });
  return [
    edge("lake.raw", dataset, "job event-load"),
    edge("lake.raw", dataset, "post events"),
    edge("event_schema", dataset, "schema of the type"),
    ...homesOfEvents.map((to) => edge(dataset, to, "events of the type")),
  ];
}

/** One a dataset, by name. */
function neighbours(edges: readonly Edge[], end: "from" | "to"): Neighbour[] {
  return [...Map.groupBy(edges, (edge) => edge[end])]
    .map(([dataset, same]) => ({
      dataset,
      by: [...new Set(same.map(({ by }) => by))].toSorted(),
      columns: same.find(({ columns }) => columns !== null)?.columns ?? null,
    }))
    .toSorted((a, b) => (a.dataset < b.dataset ? -1 : 1));
}
