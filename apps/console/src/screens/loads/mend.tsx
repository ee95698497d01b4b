// A refused line, edited in place with its reason beside it, and sent again as a load of one line.
import type { Load, Reject } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { api } from "../../api.ts";
import { Status } from "../../parts/badge.tsx";
import { Field } from "../../parts/field.tsx";
import { placeOf, spread } from "../../parts/json-text.ts";
import { Problem } from "../../parts/problem.tsx";
import { mendedLine, needsHeader, usualHeader } from "./mended-line.ts";
import { partsOf } from "./rows.ts";
import { sendFile } from "./upload.ts";

interface Outcome {
  load: Load;
  wasKnown: boolean;
  reject: Reject | null;
}

export function Mend({ load, reject }: { load: Load; reject: Reject }) {
  const [text, type] = useState(() => spread(reject.raw ?? ""));
  const [header, typeHeader] = useState(usualHeader);
  const editor = useRef<HTMLTextAreaElement>(null);
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: () => sendLine(load, text, header),
    onSuccess: () => client.invalidateQueries({ queryKey: ["rejects", load.load_id] }),
  });
  const { pointer } = reject;
  useEffect(() => show(editor.current, pointer), [pointer]);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    send.mutate();
  }
  return (
    <form className="mend" onSubmit={submit}>
      <div className="stack">
        {needsHeader(load) ? (
          <Field label="Names of the cells" hint="the first line of the file, which a line does not carry">
            <input className="mono" value={header} onChange={({ target }) => typeHeader(target.value)} />
          </Field>
        ) : null}
        <Field label={`Line ${reject.line}, to be mended`}>
          <textarea
            ref={editor}
            value={text}
            rows={Math.min(24, Math.max(4, text.split("\n").length))}
            spellCheck={false}
            onChange={({ target }) => type(target.value)}
          />
        </Field>
      </div>
      <div className="stack">
        <div className="notice warn stack">
          <strong>{reject.detail}</strong>
          <span className="row small">
            <code>{reject.code}</code>
            {pointer === "" ? null : (
              <button type="button" className="button small quiet" onClick={() => show(editor.current, pointer)}>
                Show <code>{pointer}</code>
              </button>
            )}
          </span>
          {reject.code === "event.conflict" ? (
            <span className="small">To replace what is known, give it a higher version.</span>
          ) : null}
        </div>
        <div className="row">
          <button type="submit" className="button primary" disabled={send.isPending}>
            {send.isPending ? "Sending …" : "Send it again"}
          </button>
          <button type="button" className="button quiet" onClick={() => type(spread(reject.raw ?? ""))}>
            As it was
          </button>
        </div>
        <div role="status" className="stack">
          {send.isSuccess ? <Told outcome={send.data} /> : null}
        </div>
        {send.isError ? <Problem error={send.error} /> : null}
      </div>
    </form>
  );
}

function Told({ outcome: { load, wasKnown, reject } }: { outcome: Outcome }) {
  const came = partsOf(load.rows).filter((part) => part.count > 0);
  const isTaken = load.status === "succeeded";
  return (
    <div className={isTaken ? "notice good stack" : "notice warn stack"}>
      {load.finished_at === null ? (
        <span>It is stored, and waits for a worker.</span>
      ) : (
        <span>
          {isTaken ? "Taken: " : "Still not taken: "}
          {came.map(({ name, means }) => (
            <span key={name}>
              <Status of={name} /> {means}
            </span>
          ))}
        </span>
      )}
      {reject === null ? null : (
        <span>
          {reject.detail} <code>{reject.code}</code>
        </span>
      )}
      {wasKnown ? (
        <span className="small">These very bytes were sent before: this is what became of them then.</span>
      ) : null}
      <Link className="small" to="/loads/$loadId" params={{ loadId: load.load_id }}>
        The load of this line
      </Link>
    </div>
  );
}

async function sendLine(of: Load, text: string, header: string): Promise<Outcome> {
  const { body, mediaType } = mendedLine(of, text, header);
  const sent = await sendFile({
    file: new Blob([body]),
    mediaType,
    encoding: null,
    dataset: of.dataset,
    timeZone: of.time_zone,
  });
  const param = { load_id: sent.load_id };
  const load = await read(api.v1.loads[":load_id"].$get({ param, query: { wait: 30 } }));
  const rejects = await read(api.v1.loads[":load_id"].rejects.$get({ param, query: { limit: 1 } }));
  return { load, wasKnown: sent.already_loaded, reject: rejects.data[0] ?? null };
}

/** The place is selected, so that it can be typed over at once. */
function show(editor: HTMLTextAreaElement | null, pointer: string): void {
  if (editor === null) return;
  editor.focus({ preventScroll: true });
  const place = pointer === "" ? undefined : placeOf(editor.value, pointer);
  if (place !== undefined) editor.setSelectionRange(place.from, place.to);
}
