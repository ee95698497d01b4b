// One refused line: what is wrong with it, what became of it since, and the line itself when it is opened.
import type { Load, Reject } from "@almanac/client/contract";
import { Link, useSearch } from "@tanstack/react-router";
import { type Search, textOf } from "../../frame/search.ts";
import { useSession } from "../../frame/session.ts";
import { count } from "../../frame/words.ts";
import { Badge } from "../../parts/badge.tsx";
import { spread } from "../../parts/json-text.ts";
import { Mend } from "./mend.tsx";

export function RejectLine({ load, reject }: { load: Load; reject: Reject }) {
  const search: Search = useSearch({ strict: false });
  const { may } = useSession();
  const isOpen = textOf(search["line"]) === String(reject.line);
  const canMend = may(load.dataset === "events" ? "createLoad" : "putDimension") && reject.raw !== null;
  return (
    <li className="reject">
      <div className="row between">
        <p>
          <span className="line-number">Line {count(reject.line)}</span> {reject.detail}
        </p>
        <span className="row">
          <Fate reject={reject} />
          <Link
            className="button small"
            to="/loads/$loadId"
            params={{ loadId: load.load_id }}
            search={{ ...search, line: isOpen ? undefined : String(reject.line) }}
            resetScroll={false}
            replace
            aria-expanded={isOpen}
            aria-label={`${isOpen ? "Close" : canMend ? "Mend" : "Look at"} line ${reject.line}`}
          >
            {isOpen ? "Close" : canMend ? "Mend" : "Look"}
          </Link>
        </span>
      </div>
      {isOpen ? canMend ? <Mend load={load} reject={reject} /> : <Raw load={load} reject={reject} /> : null}
    </li>
  );
}

function Fate({ reject }: { reject: Reject }) {
  const { state, mended_by: by, replayed_by: again } = reject;
  const loadId = by?.load_id ?? again;
  if (state === "open" || loadId === null) return null;
  return (
    <Link to="/loads/$loadId" params={{ loadId }}>
      <Badge tone={state === "mended" ? "good" : "note"}>{state}</Badge>
    </Link>
  );
}

function Raw({ load, reject }: { load: Load; reject: Reject }) {
  if (reject.raw !== null) {
    return (
      <pre className="raw" tabIndex={0} aria-label={`Line ${reject.line} as received`}>
        {spread(reject.raw)}
      </pre>
    );
  }
  if (reject.raw_base64 !== null) {
    return (
      <div className="stack">
        <p className="small soft">It is no text. Its bytes, as base64; {count(reject.byte_length ?? 0)} of them:</p>
        <pre className="raw" tabIndex={0} aria-label={`Bytes of line ${reject.line}`}>
          {reject.raw_base64}
        </pre>
      </div>
    );
  }
  return (
    <p className="small soft">
      {load.dataset === "users"
        ? "The line itself is told to those who may send such lines."
        : "The line is too long to be shown here: the download has it."}
    </p>
  );
}
