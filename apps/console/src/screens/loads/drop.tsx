// Files in: dropped or chosen, sent with progress, then followed until every line is counted.
import type { Load } from "@almanac/client/contract";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, useId, useRef, useState } from "react";
import { useSession } from "../../frame/session.ts";
import { bytesText, count, counted } from "../../frame/words.ts";
import { Status } from "../../parts/badge.tsx";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Progress } from "../../parts/progress.tsx";
import { accepted } from "./media.ts";
import { RowsBar } from "./rows-bar.tsx";
import { Stopped } from "./stopped.tsx";
import type { Sending } from "./upload.ts";
import { addUploads, forgetUpload, stopUpload, type Upload, useUploads } from "./uploads.ts";
import { useLoad } from "./watch.ts";
import { ZoneField } from "./zone-field.tsx";

export function Drop() {
  const { may } = useSession();
  const client = useQueryClient();
  const uploads = useUploads();
  const [isOver, over] = useState(false);
  const [dataset, choose] = useState<Sending["dataset"]>("events");
  const [timeZone, setZone] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();

  function add(files: FileList | null): void {
    if (files === null || files.length === 0) return;
    const goal = { dataset, timeZone: dataset === "events" && timeZone !== "" ? timeZone : null };
    addUploads([...files], goal, () => void client.invalidateQueries({ queryKey: ["loads"] }));
  }
  function drop(event: DragEvent): void {
    event.preventDefault();
    over(false);
    add(event.dataTransfer.files);
  }
  return (
    <section className="card" aria-label="Upload">
      <div
        className={isOver ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          over(true);
        }}
        onDragLeave={() => over(false)}
        onDrop={drop}
      >
        <svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor">
          <path
            d="M12 15V4m0 0 4 4m-4-4-4 4M4 15v4h16v-4"
            strokeWidth="1.6"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <div>
          <strong>Drop files here</strong>
          <p className="small soft" id={hint}>
            NDJSON, CSV, a JSON array or Parquet, also as .gz. The same file twice is one load.
          </p>
        </div>
        <button type="button" className="button primary" aria-describedby={hint} onClick={() => input.current?.click()}>
          Choose files
        </button>
        <input
          ref={input}
          type="file"
          hidden
          multiple
          accept={accepted}
          aria-label="Files"
          onChange={({ target }) => {
            add(target.files);
            target.value = "";
          }}
        />
      </div>
      <div className="filters">
        {may("putDimension") ? (
          <Field label="What is in them">
            <select value={dataset} onChange={({ target }) => choose(target.value as Sending["dataset"])}>
              <option value="events">Events</option>
              <option value="users">Users</option>
              <option value="tickets">Tickets</option>
              <option value="articles">Articles</option>
            </select>
          </Field>
        ) : null}
        {dataset === "events" ? <ZoneField value={timeZone} onChange={setZone} /> : null}
      </div>
      {uploads.length === 0 ? null : (
        <ul className="uploads">
          {uploads.map((upload) => (
            <OneUpload key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OneUpload({ upload }: { upload: Upload }) {
  const { id, name, bytes, state, sent, load, error } = upload;
  const isOpen = state === "waiting" || state === "sending";
  return (
    <li className="upload">
      <div className="row between">
        <span>
          <strong className="file-name">{name}</strong> <span className="small soft">{bytesText(bytes)}</span>
        </span>
        <button
          type="button"
          className="button small quiet"
          onClick={() => (isOpen ? stopUpload(id) : forgetUpload(id))}
          aria-label={`${isOpen ? "Stop" : "Hide"} ${name}`}
        >
          {isOpen ? "Stop" : "Hide"}
        </button>
      </div>
      {isOpen ? (
        <Progress
          value={sent}
          label={
            state === "waiting"
              ? "Waits for the one before it"
              : sent === 1
                ? "Sent; it is being stored"
                : `${bytesText(sent * bytes)} of ${bytesText(bytes)} sent`
          }
        />
      ) : null}
      {state === "stopped" ? (
        <p className="small soft">Stopped before all of it had arrived: nothing was stored.</p>
      ) : null}
      {state === "refused" ? <Problem error={error} /> : null}
      {load === null ? null : <Taken loadId={load.load_id} wasKnown={load.already_loaded} />}
    </li>
  );
}

function Taken({ loadId, wasKnown }: { loadId: string; wasKnown: boolean }) {
  const { data: load } = useLoad(loadId);
  const isDone = load !== undefined && load.finished_at !== null;
  const refused = load === undefined ? 0 : load.rows.rejected + load.rows.conflict;
  return (
    <>
      {wasKnown ? (
        <p className="notice small">These very bytes were loaded before: nothing was done again.</p>
      ) : isDone || load === undefined ? null : (
        <Progress value={load.progress} label={`${counted(load.rows.total, "line")} counted`} />
      )}
      {isDone && load.rows.total > 0 ? <RowsBar rows={load.rows} /> : null}
      <p className="row" role="status">
        {load === undefined ? null : <Status of={load.status} />}
        {isDone ? <span>{wordsOf(load.rows, load.status === "failed")}</span> : null}
        <Link to="/loads/$loadId" params={{ loadId }}>
          {refused > 0 ? "See why" : "Open the load"}
        </Link>
      </p>
      {load === undefined ? null : <Stopped load={load} />}
    </>
  );
}

function wordsOf(rows: Load["rows"], isBroken: boolean): string {
  const refused = rows.rejected + rows.conflict;
  if (refused > 0) return `${counted(rows.total, "line")}, ${count(refused)} not taken`;
  return isBroken ? `${counted(rows.total, "line")} until it stopped` : `${counted(rows.total, "line")}, all taken`;
}
