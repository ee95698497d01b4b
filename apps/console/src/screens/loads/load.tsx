// What became of this file? Its lines as numbers that sum up, what was refused and why, and how to mend it.
import type { Load as LoadView } from "@almanac/client/contract";
import { Link, useParams } from "@tanstack/react-router";
import { bytesText, count, counted, tailId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge, Status } from "../../parts/badge.tsx";
import { Card, Facts } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Needs } from "../../parts/needs.tsx";
import { Progress } from "../../parts/progress.tsx";
import { Screen } from "../../parts/screen.tsx";
import { When } from "../../parts/when.tsx";
import { LoadActions } from "./load-actions.tsx";
import { mediaWord } from "./media.ts";
import { Rejects } from "./rejects.tsx";
import { RowsBar, RowsTable } from "./rows-bar.tsx";
import { Stopped } from "./stopped.tsx";
import { useLoad } from "./watch.ts";
import "./loads.css";

export function Load() {
  const { loadId = "" } = useParams({ strict: false });
  return (
    <Needs operation="getLoad">
      <OneLoad loadId={loadId} />
    </Needs>
  );
}

function OneLoad({ loadId }: { loadId: string }) {
  const query = useLoad(loadId);
  const { data: load } = query;
  return (
    <Screen
      title={load?.file_name ?? `Load ${load === undefined ? "" : tailId(load.load_id)}`}
      lead="What became of this file, and what was refused?"
      actions={load === undefined ? undefined : <LoadActions load={load} />}
    >
      <Asked query={query} what="The load">
        {(load) => (
          <>
            <State load={load} />
            <div className="grid load-grid">
              <Card
                title="What came of its lines"
                aside={<CopyButton text={curlOf(location.origin, `/v1/loads/${load.load_id}`)} label="Copy as curl" />}
              >
                <RowsBar rows={load.rows} />
                <RowsTable rows={load.rows} />
              </Card>
              <FileFacts load={load} />
            </div>
            <Rejects load={load} />
          </>
        )}
      </Asked>
    </Screen>
  );
}

function State({ load }: { load: LoadView }) {
  return (
    <div className="stack">
      <p className="row" role="status">
        <Status of={load.status} />
        {load.cancel_requested && load.finished_at === null ? <Badge tone="warn">is being cancelled</Badge> : null}
        <span>{sentence(load)}</span>
      </p>
      {load.finished_at === null ? (
        <Progress value={load.progress} label={`${counted(load.rows.total, "line")} counted`} />
      ) : null}
      <Stopped load={load} />
    </div>
  );
}

function sentence({ status, rows }: LoadView): string {
  const refused = rows.rejected + rows.conflict;
  switch (status) {
    case "queued":
      return "Its bytes are safe; a worker takes it up next.";
    case "running":
      return "A worker is at it.";
    case "succeeded":
      return rows.total === 1 ? "Its one line was taken." : `Every one of ${counted(rows.total, "line")} was taken.`;
    case "partial":
      return `${counted(rows.total - refused, "line")} of ${count(rows.total)} were taken; what was not is below, with its reason.`;
    case "failed":
      return "What was done until then stays. The same file sent again goes on from there.";
  }
}

function FileFacts({ load }: { load: LoadView }) {
  return (
    <Card title="The file">
      <Facts
        of={[
          ["Holds", `${load.dataset}, as ${mediaWord(load.media_type)}`],
          ["Came by", load.channel],
          ["Size", `${bytesText(load.bytes)}, ${bytesText(load.stored_bytes)} stored`],
          ["Time zone", load.time_zone ?? <span className="soft">none: offsets are needed</span>],
          ["Asked for", <When key="at" at={load.requested_at} />],
          ["Began", <When key="began" at={load.started_at} none="not yet" />],
          ["Finished", <When key="finished" at={load.finished_at} none="not yet" />],
          [
            "By",
            <span key="by" className="mono">
              {load.requested_by}
            </span>,
          ],
          ...(load.replay_of === null ? [] : [["Takes again", replayed(load.replay_of, load.replay_only)] as const]),
        ]}
      />
      <details>
        <summary>Where its bytes are</summary>
        <dl className="stack small where">
          <div>
            <dt className="soft">SHA-256 of the content</dt>
            <dd className="mono">{load.content_sha256}</dd>
          </div>
          <div>
            <dt className="soft">In the raw zone, as received</dt>
            <dd className="mono">{load.raw_uri}</dd>
          </div>
          <div>
            <dt className="soft">Load</dt>
            <dd className="mono">{load.load_id}</dd>
          </div>
        </dl>
      </details>
    </Card>
  );
}

function replayed(loadId: string, only: LoadView["replay_only"]) {
  return (
    <Link to="/loads/$loadId" params={{ loadId }}>
      {only === "rejects" ? "the rejects of an earlier load" : "all of an earlier load"}
    </Link>
  );
}
