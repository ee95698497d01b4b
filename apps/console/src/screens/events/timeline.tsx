// Every version that came and every interpretation of it, the newest first, each with what it changed.
import type { EventVersion } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { type Search, textOf } from "../../frame/search.ts";
import { count, tailId } from "../../frame/words.ts";
import { Badge } from "../../parts/badge.tsx";
import { Loading } from "../../parts/loading.tsx";
import { More } from "../../parts/more.tsx";
import { Problem } from "../../parts/problem.tsx";
import { When } from "../../parts/when.tsx";
import { PatchTable } from "./patch-table.tsx";
import { fateOf, stateOf, wordsOfFate } from "./states.ts";

export interface TimelineProps {
  eventId: string;
  asOf: string | undefined;
  search: Search;
}

export function Timeline({ eventId, asOf, search }: TimelineProps) {
  const snapshot = textOf(search["snapshot"]);
  const query = usePages(["event", eventId, "versions", snapshot], (cursor) =>
    read(
      api.v1.events[":event_id"].versions.$get({
        param: { event_id: eventId },
        query: { limit: 50, snapshot, cursor },
      }),
    ),
  );
  const versions = query.data ?? [];
  return (
    <section aria-label="Timeline" className="stack">
      {query.isPending ? <Loading what="Timeline" /> : null}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      <ol className="timeline">
        {versions.map((version, place) => (
          <Moment
            key={`${version.version}.${version.revision}`}
            version={version}
            before={versions[place + 1]}
            asOf={asOf}
            search={search}
          />
        ))}
      </ol>
      <More query={query} />
    </section>
  );
}

interface MomentProps {
  version: EventVersion;
  before: EventVersion | undefined;
  asOf: string | undefined;
  search: Search;
}

function Moment({ version, before, asOf, search }: MomentProps) {
  const fate = fateOf(version, asOf);
  return (
    <li className={`moment ${fate}`}>
      <div className="row between">
        <h3>
          Version {version.version}
          {version.revision > 1 ? <span className="soft"> · revision {version.revision}</span> : null}
        </h3>
        <span className="row">
          <Badge tone={fate === "current" ? "good" : fate === "late" ? "warn" : "plain"}>{wordsOfFate[fate]}</Badge>
          <Badge>schema {version.schema_version}</Badge>
        </span>
      </div>
      <p className="row small">
        <When at={version.recorded_at} />
        {version.run_id === null ? (
          <span>
            came on{" "}
            <Link to="/loads/$loadId" params={{ loadId: version.load_id }}>
              line {count(version.line)} of load {tailId(version.load_id)}
            </Link>
          </span>
        ) : (
          <span>
            interpreted anew by{" "}
            <Link
              to="/schemas/$eventType"
              params={{ eventType: version.event_type }}
              search={{ tab: "runs", run: version.run_id }}
            >
              reprocess run {tailId(version.run_id)}
            </Link>
          </span>
        )}
        {fate === "late" ? null : (
          <Link
            to="/events/$eventId"
            params={{ eventId: version.event_id }}
            search={{ ...search, as_of: version.recorded_at }}
            resetScroll={false}
          >
            Show it as of then
          </Link>
        )}
      </p>
      {version.patch === null ? (
        <p className="small soft">Nothing lower is known: this is where it begins.</p>
      ) : (
        <PatchTable patch={version.patch} before={before === undefined ? undefined : stateOf(before)} />
      )}
    </li>
  );
}
