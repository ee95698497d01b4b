// The whole list at once: pasted or dropped, looked at before it is sent. What it does not name is deactivated.
import type { LocationList } from "@almanac/client/contract";
import { readLocationList } from "@almanac/client/location-list";
import { ProblemError } from "@almanac/client/problem";
import { read } from "@almanac/client/read";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api.ts";
import { labelOf } from "../../frame/locations.ts";
import { counted } from "../../frame/words.ts";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { everyLocation } from "./every-location.ts";
import { type ImportPlan, planImport } from "./import-plan.ts";

export function ImportList() {
  const [text, setText] = useState("");
  const [meant, setMeant] = useState<string | null>(null);
  const all = useQuery({
    queryKey: ["locations", "every"],
    queryFn: everyLocation,
    enabled: text.trim() !== "",
  });
  const client = useQueryClient();
  const put = useMutation({
    mutationFn: ({ list, allow }: { list: LocationList; allow: boolean }) =>
      read(
        api.v1.locations.$put({
          query: { sync: true, ...(allow ? { allow_mass_deactivation: true } : {}) },
          json: list,
        }),
      ),
    onSuccess() {
      setText("");
      setMeant(null);
    },
    // A refusal, too: what the list would do was told from locations that are others by now.
    onSettled: () => client.invalidateQueries({ queryKey: ["locations"] }),
  });
  function take(taken: string): void {
    setText(taken);
    setMeant(null);
    put.reset();
  }
  const told = text === "" ? null : readLocationList(text);
  const plan = told === null || "problem" in told || all.data === undefined ? null : planImport(told.listed, all.data);
  const isRefused = put.error instanceof ProblemError && put.error.code === "location.mass_deactivation";
  const mustBeMeant = plan !== null && (plan.isMassDeactivation || isRefused);
  // Meant is this list with these deactivations: another list, or another state of the locations, is asked about anew.
  const doubtful = JSON.stringify([text, plan?.deactivated.map(({ location_id }) => location_id)]);
  const isSure = mustBeMeant && meant === doubtful;
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
            onChange={({ target }) => take(target.value)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              const file = event.dataTransfer.files[0];
              if (file === undefined) return;
              event.preventDefault();
              void file.text().then(take);
            }}
          />
        </Field>
        <Field label="From a file" hint="CSV or JSON">
          <input
            type="file"
            accept=".csv,.json,text/csv,application/json"
            onChange={({ target }) => {
              const file = target.files?.[0];
              if (file !== undefined) void file.text().then(take);
              // The same file, mended, is taken again.
              target.value = "";
            }}
          />
        </Field>
        {all.isError ? <Problem error={all.error} retry={() => void all.refetch()} /> : null}
        {told !== null && "problem" in told ? <p className="notice warn">{told.problem}</p> : null}
        {plan === null || told === null || "problem" in told ? null : (
          <>
            <Planned plan={plan} />
            {mustBeMeant ? (
              <label className="row notice warn is-meant">
                <input
                  type="checkbox"
                  checked={isSure}
                  onChange={({ target }) => setMeant(target.checked ? doubtful : null)}
                />
                <span>
                  This deactivates {counted(plan.deactivated.length, "location")}: so many at once are refused unless it
                  is meant, because a list that was cut off looks just so. It is meant.
                </span>
              </label>
            ) : null}
            <div>
              <button
                type="button"
                className="button primary"
                disabled={put.isPending || (mustBeMeant && !isSure)}
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
