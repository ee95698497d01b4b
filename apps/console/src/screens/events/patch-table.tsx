// A patch as a small table: where, before, after. The word says what the colour says.
import type { PatchOperation } from "@almanac/client/contract";
import { changesOf } from "./patch.ts";
import "./patch.css";

export function PatchTable({ patch, before }: { patch: readonly PatchOperation[]; before?: unknown }) {
  const changes = changesOf(patch, before);
  if (changes.length === 0) return <p className="soft small">The content is the same.</p>;
  return (
    <ul className="patch" aria-label="What changed">
      {changes.map((change) => (
        <li key={`${change.kind} ${change.path} ${change.after}`} className={change.kind}>
          <span className="kind">{change.kind}</span>
          <code className="path">{change.path}</code>
          <span className="values">
            {change.before === null ? null : change.kind === "moved" || change.kind === "copied" ? (
              <span className="soft">{change.before}</span>
            ) : (
              <del>{change.before}</del>
            )}
            {change.before !== null && change.after !== null ? <span aria-hidden="true"> → </span> : null}
            {change.after === null ? null : <ins>{change.after}</ins>}
          </span>
        </li>
      ))}
    </ul>
  );
}
