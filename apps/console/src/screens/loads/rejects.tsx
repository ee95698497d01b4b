// Why were lines refused? By reason and place, the most frequent first, each with its lines; a line opens to be mended.
import type { Load, RejectGroup } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import type { Search } from "../../frame/search.ts";
import { count, counted } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Loading } from "../../parts/loading.tsx";
import { More } from "../../parts/more.tsx";
import { Problem } from "../../parts/problem.tsx";
import { RejectLine } from "./reject-line.tsx";
import "./rejects.css";

export function Rejects({ load }: { load: Load }) {
  const { load_id: loadId, rows } = load;
  const refused = rows.rejected + rows.conflict;
  const query = useQuery({
    queryKey: ["rejects", loadId, "groups"],
    queryFn: () => read(api.v1.loads[":load_id"].rejects.groups.$get({ param: { load_id: loadId } })),
    enabled: refused > 0,
    // Other loads change what becomes of a line.
    staleTime: 0,
  });
  if (refused === 0) return load.finished_at === null ? null : <p className="soft">No line was refused.</p>;
  const path = `/v1/loads/${loadId}/rejects`;
  return (
    <Card
      title={`${counted(refused, "line")} not taken`}
      aside={
        <span className="row">
          <a className="button small" href={`${path}?format=ndjson`} download>
            NDJSON
          </a>
          <a className="button small" href={`${path}?format=csv`} download>
            CSV
          </a>
          <CopyButton text={curlOf(location.origin, `${path}?format=ndjson`)} label="Copy as curl" />
        </span>
      }
    >
      <Asked query={query} what="Reasons">
        {({ data }) => (
          <ul className="reasons">
            {data.map((group) => (
              <Reason key={`${group.code} ${group.pointer}`} load={load} group={group} />
            ))}
          </ul>
        )}
      </Asked>
    </Card>
  );
}

function Reason({ load, group }: { load: Load; group: RejectGroup }) {
  const search: Search = useSearch({ strict: false });
  const { code, pointer, samples } = group;
  const isWhole = search["code"] === code && (search["pointer"] ?? "") === pointer;
  const more = group.count - samples.length;
  return (
    <li className="reason">
      <div className="row">
        <span className="reason-count">{count(group.count)}</span>
        <Badge tone={code === "event.conflict" ? "warn" : "bad"}>{code}</Badge>
        {pointer === "" ? <span className="soft small">the whole line</span> : <code>{pointer}</code>}
        <span className="soft small">
          {group.first_line === group.last_line
            ? `line ${count(group.first_line)}`
            : `lines ${count(group.first_line)} to ${count(group.last_line)}`}
        </span>
      </div>
      {isWhole ? (
        <AllLines load={load} code={code} pointer={pointer} />
      ) : (
        <>
          <ul className="reject-lines">
            {samples.map((reject) => (
              <RejectLine key={reject.line} load={load} reject={reject} />
            ))}
          </ul>
          {more > 0 ? (
            <Link
              to="/loads/$loadId"
              params={{ loadId: load.load_id }}
              search={{ code, pointer }}
              resetScroll={false}
              className="small"
            >
              Show all {counted(group.count, "line")}
            </Link>
          ) : null}
        </>
      )}
    </li>
  );
}

function AllLines({ load, code, pointer }: { load: Load; code: string; pointer: string }) {
  const query = usePages(["rejects", load.load_id, code, pointer], (cursor) =>
    read(
      api.v1.loads[":load_id"].rejects.$get({
        param: { load_id: load.load_id },
        query: { code, pointer, limit: 50, cursor },
      }),
    ),
  );
  const rejects = query.data ?? [];
  return (
    <>
      {query.isPending ? <Loading what="Lines" lines={3} /> : null}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      <ul className="reject-lines">
        {rejects.map((reject) => (
          <RejectLine key={reject.line} load={load} reject={reject} />
        ))}
      </ul>
      <More query={query} />
    </>
  );
}
