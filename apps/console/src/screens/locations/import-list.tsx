// The whole list at once: pasted or dropped, looked at before it is sent. What it does not name is deactivated.
import type { LocationList } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api.ts";
import { labelOf, useLocations } from "../../frame/locations.ts";
import { counted } from "../../frame/words.ts";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { type ImportPlan, planImport, readList } from "./import-plan.ts";

export function ImportList() {
  const [text, setText] = useState("");
  const [isSure, setSure] = useState(false);
  const { data: known } = useLocations();
  const client = useQueryClient();
  const put = useMutation({
    mutationFn: ({ list, allow }: { list: LocationList; allow: boolean }) =>
      read(
        api.v1.locations.$put({
          query: { sync: true, ...(allow ? { allow_mass_deactivation: true } : {}) },
          json: list,
        }),
      ),
    async onSuccess() {
      setText("");
      setSure(false);
      await client.invalidateQueries({ queryKey: ["locations"] });
    },
  });
  const told = text === "" ? null : readList(text);
  const plan = told === null || "problem" in told || known === undefined ? null : planImport(told.listed, known);
  return (
    <details className="card">
      <summary>Import a list</summary>
      <div className="stack" style={{ marginTop: "var(--space-4)" }}>
        <p className="soft">
          The whole list, as CSV with a header or as JSON: location_id, subdivision_code, optionally country_code and
          time_zone. What it does not name is deactivated.
        </p>
        <Field label="List" hint="paste it, or drop a file">
          <textarea
            rows={6}
            value={text}
            onChange={({ target }) => setText(target.value)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              const file = event.dataTransfer.files[0];
              if (file === undefined) return;
              event.preventDefault();
              void file.text().then(setText);
            }}
          />
        </Field>
        {told !== null && "problem" in told ? <p className="notice warn">{told.problem}</p> : null}
        {plan === null || told === null || "problem" in told ? null : (
          <>
            <Planned plan={plan} />
            {plan.isMassDeactivation ? (
              <label className="row notice warn">
                <input type="checkbox" checked={isSure} onChange={({ target }) => setSure(target.checked)} />
                This deactivates more than a quarter of the active locations, which is refused unless it is meant. It is
                meant.
              </label>
            ) : null}
            <div>
              <button
                type="button"
                className="button primary"
                disabled={put.isPending || (plan.isMassDeactivation && !isSure)}
                onClick={() => put.mutate({ list: { locations: told.listed }, allow: isSure })}
              >
                Make it the list
              </button>
            </div>
          </>
        )}
        {put.isError ? <Problem error={put.error} /> : null}
        <div role="status">
          {put.data === undefined ? null : (
            <p className="notice good">
              {put.data.added} added, {put.data.updated} updated, {put.data.reactivated} reactivated,{" "}
              {put.data.deactivated} deactivated, {put.data.unchanged} unchanged.
            </p>
          )}
        </div>
      </div>
    </details>
  );
}

const verbs = {
  added: "is added",
  updated: "is changed",
  reactivated: "comes back",
  deactivated: "is deactivated",
} as const;

function Planned({ plan }: { plan: ImportPlan }) {
  return (
    <div role="status" className="stack small">
      {(["added", "updated", "reactivated", "deactivated"] as const)
        .filter((kind) => plan[kind].length > 0)
        .map((kind) => (
          <div key={kind}>
            <strong>
              {counted(plan[kind].length, "location")}{" "}
              {plan[kind].length === 1 ? verbs[kind] : verbs[kind].replace("is", "are").replace("comes", "come")}
            </strong>
            <div className="mono soft">{plan[kind].slice(0, 20).map(labelOf).join(", ")}</div>
          </div>
        ))}
      <span className="soft">{counted(plan.unchanged, "location")} as before.</span>
    </div>
  );
}
