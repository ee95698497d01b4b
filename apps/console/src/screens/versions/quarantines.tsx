// Answers of the holiday source that a guard held back: what they would change, and an operator's word on each.
import type { Quarantine } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { oneOf } from "../../frame/search.ts";
import { Asked } from "../../parts/asked.tsx";
import { Card } from "../../parts/card.tsx";
import { More } from "../../parts/more.tsx";
import { Held } from "./held.tsx";
import "./versions.css";

export function Quarantines() {
  const [search, change] = useSearchState();
  const shown = oneOf(search["held"], ["all"]) ?? "open";
  const quarantines = usePages<Quarantine>(["quarantines", shown], (cursor) =>
    read(
      api.v1.quarantines.$get({
        query: {
          limit: 20,
          ...(shown === "open" ? { status: "open" as const } : {}),
          ...(cursor === undefined ? {} : { cursor }),
        },
      }),
    ),
  );
  return (
    <Card
      title="Held back"
      aside={
        <label className="row small">
          <input
            type="checkbox"
            checked={shown === "all"}
            onChange={({ target }) => change({ held: target.checked ? "all" : undefined })}
          />
          Decided ones, too
        </label>
      }
    >
      <Asked query={quarantines} what="What was held back">
        {(rows) => (
          <div className="stack" data-held={rows.length}>
            {rows.length === 0 ? (
              <p className="soft">
                {shown === "open"
                  ? "Nothing waits for a decision: every answer of the source was plausible."
                  : "Nothing was ever held back."}
              </p>
            ) : null}
            {rows.map((quarantine) => (
              <Held key={quarantine.quarantine_id} quarantine={quarantine} />
            ))}
            <More query={quarantines} />
          </div>
        )}
      </Asked>
    </Card>
  );
}
