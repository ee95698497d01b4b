// One answer that was held back: why, since when, what an approval would change, and the decision.
import type { HeldQuarantine, Quarantine } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api.ts";
import { useLocationCode } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { textOf } from "../../frame/search.ts";
import { Asked } from "../../parts/asked.tsx";
import { Status } from "../../parts/badge.tsx";
import { Facts } from "../../parts/card.tsx";
import { When } from "../../parts/when.tsx";
import { ChangeTable } from "./change-table.tsx";
import { rowsOf, yearsText } from "./compared.ts";
import { Decision } from "./decision.tsx";

export function Held({ quarantine }: { quarantine: Quarantine }) {
  const [search, change] = useSearchState();
  const codeOf = useLocationCode();
  const { quarantine_id, status, region, years, source, reasons, location_ids } = quarantine;
  const isOpen = textOf(search["quarantine"]) === quarantine_id;
  const title = `${region}, ${yearsText(years)}`;
  return (
    <div className="held" role="group" aria-label={title} data-quarantine={quarantine_id}>
      <div className="card-head">
        <h3>{title}</h3>
        <Status of={status} />
      </div>
      <ul className="reasons">
        {reasons.map(({ code, year, detail }) => (
          <li key={`${code} ${year}`}>
            {year === null ? "" : `${year}: `}
            {detail} <code className="small soft">{code}</code>
          </li>
        ))}
      </ul>
      <Facts
        of={[
          ["Source", source],
          ["Asked", <When key="asked" at={quarantine.fetched_at} />],
          ["Held back", <When key="held" at={quarantine.held_at} />],
          ["Waiting", location_ids.length === 0 ? "nobody" : location_ids.map(codeOf).join(", ")],
          ...(quarantine.decided_at === null
            ? []
            : ([
                ["Decided", <When key="decided" at={quarantine.decided_at} />],
                ["By", quarantine.decided_by ?? "nobody"],
              ] as const)),
        ]}
      />
      <div className="row">
        {status === "approved" ? null : (
          <button
            type="button"
            className="button small"
            aria-expanded={isOpen}
            onClick={() => change({ quarantine: isOpen ? undefined : quarantine_id })}
          >
            {status === "open" ? "What an approval would change" : "What it would have changed"}
          </button>
        )}
        {status === "open" ? <Decision quarantine={quarantine} /> : null}
      </div>
      {isOpen ? <Proposed quarantineId={quarantine_id} /> : null}
    </div>
  );
}

function Proposed({ quarantineId }: { quarantineId: string }) {
  const held = useQuery({
    queryKey: ["quarantines", "one", quarantineId],
    queryFn: () => read(api.v1.quarantines[":quarantine_id"].$get({ param: { quarantine_id: quarantineId } })),
  });
  return (
    <Asked query={held} what="The proposed changes">
      {(told) => <Changes held={told} />}
    </Asked>
  );
}

function Changes({ held: { changes, is_overtaken, status } }: { held: HeldQuarantine }) {
  const rows = rowsOf(changes);
  return (
    <>
      {is_overtaken ? (
        <p className="notice warn">
          A newer answer has come since:{" "}
          {status === "open" ? "this one can be rejected, no longer approved" : "nothing is left to decide"}.
        </p>
      ) : null}
      {rows.length === 0 ? (
        <p className="soft">It would change nothing.</p>
      ) : (
        <ChangeTable label="Proposed changes" rows={rows} />
      )}
    </>
  );
}
