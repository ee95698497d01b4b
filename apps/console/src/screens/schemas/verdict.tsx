// What speaks against a schema: each reason with its place in the editor, and what of the stored values it would refuse.
import type { SchemaCheck } from "@almanac/client/contract";
import { Link } from "@tanstack/react-router";
import { count, counted, shortId } from "../../frame/words.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";

const verdicts: Readonly<Record<SchemaCheck["verdict"], { tone: Tone; word: string }>> = {
  compatible: { tone: "good", word: "compatible" },
  incompatible: { tone: "bad", word: "incompatible" },
  unproven: { tone: "warn", word: "not proven: needs approval" },
};

export interface VerdictProps {
  check: SchemaCheck;
  /** Something newer was typed and is being asked. */
  isBehind: boolean;
  onShow: (pointer: string) => void;
}

export function Verdict({ check, isBehind, onShow }: VerdictProps) {
  const { verdict, reasons, registered, schema_version: version, stored } = check;
  const { tone, word } = verdicts[verdict];
  return (
    <div className="stack">
      <p className="row" role="status">
        {registered ? (
          <>
            <Badge>nothing new</Badge> Version {version} says the same already.
          </>
        ) : (
          <>
            <Badge tone={tone}>{word}</Badge> as version {version}, {check.compatibility}
          </>
        )}
        {isBehind ? <span className="soft small">checking …</span> : null}
      </p>
      {reasons.length === 0 ? null : (
        <ul className="verdict-reasons">
          {reasons.map(({ pointer, code, detail }) => (
            <li key={`${pointer} ${code} ${detail}`} className="stack tight">
              <span>{detail}</span>
              <span className="row small">
                <button type="button" className="button small quiet" onClick={() => onShow(pointer)}>
                  Show <code>{pointer === "" ? "the whole" : pointer}</code>
                </button>
                <span className="soft">{code}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <Stored of={stored} />
    </div>
  );
}

function Stored({ of }: { of: SchemaCheck["stored"] }) {
  const { checked, refused, complete, samples } = of;
  if (checked === 0) return <p className="small soft">No event of this type is stored yet.</p>;
  return (
    <div className="stack">
      <p className={refused === 0 ? "small" : "small said-bad"}>
        {refused === 0
          ? `It refuses none of ${counted(checked, "stored event")}`
          : `It refuses ${count(refused)} of ${counted(checked, "stored event")}`}
        {complete ? "." : " that were looked at, the newest."}
      </p>
      {samples.length === 0 ? null : (
        <details>
          <summary>For example</summary>
          <ul className="stack small">
            {samples.map((sample) => (
              <li key={sample.event_id}>
                <Link to="/events/$eventId" params={{ eventId: sample.event_id }} className="mono">
                  {shortId(sample.event_id)}
                </Link>{" "}
                {sample.detail} <code>{sample.pointer}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
