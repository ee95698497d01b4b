// Runs that wait for somebody or are at work: what an operator looks at first.
import type { ReprocessRunHeader } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { counted } from "../../frame/words.ts";
import { Status } from "../../parts/badge.tsx";
import { isOpen, isProposal, runWords } from "./words.ts";

export function OpenRuns() {
  const { data } = useQuery({
    queryKey: ["runs", "newest"],
    queryFn: () => read(api.v1["reprocess-runs"].$get({ query: { limit: 100 } })),
    refetchInterval: ({ state }) => (state.data?.data.some(isOpen) === true ? 1_000 : 15_000),
  });
  const runs = (data?.data ?? []).filter((run) => isOpen(run) || isProposal(run) || run.status === "paused");
  if (runs.length === 0) return null;
  return (
    <section className="notice stack" aria-label="Runs that wait or work">
      <ul className="stack">
        {runs.map((run) => (
          <li key={run.run_id} className="row">
            <Status of={isProposal(run) ? "proposed" : run.status} />
            <Link
              to="/schemas/$eventType"
              params={{ eventType: run.event_type }}
              search={{ tab: "runs", run: run.run_id }}
            >
              {run.event_type}: {runWords(run)}
            </Link>
            <span className="small">{gist(run)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function gist(run: ReprocessRunHeader): string {
  if (isProposal(run)) return `would change ${counted(run.rows.changed, "event")}; it waits for a yes`;
  return `${counted(run.rows.scanned, "event")} looked at, ${Math.round(run.progress * 100)} %`;
}
