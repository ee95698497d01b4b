// A new key: for whom, to do what, where and until when. It is shown this once.
import type { NewApiKey } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { api } from "../../api.ts";
import { textsIn } from "../../frame/form.ts";
import { labelOf, useLocations } from "../../frame/locations.ts";
import { Card } from "../../parts/card.tsx";
import { Command } from "../../parts/command.tsx";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import "./keys.css";

const roles = ["reader", "analyst", "ingester", "operator", "admin"] as const;

const meanings: Readonly<Record<NewApiKey["role"], string>> = {
  reader: "reader: holidays",
  analyst: "analyst: and events, personal data masked",
  ingester: "ingester: sends loads and events",
  operator: "operator: and syncs, schemas, runs, jobs",
  admin: "admin: and keys and locations",
};

export function NewKey() {
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: (json: NewApiKey) => read(api.v1.keys.$post({ json })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { name = "", role, expires_on: day = "" } = textsIn(form);
    const locationIds = form.getAll("location_ids").map(String);
    create.mutate({
      name,
      role: role as NewApiKey["role"],
      ...(locationIds.length === 0 ? {} : { location_ids: locationIds }),
      ...(day === "" ? {} : { expires_at: `${day}T23:59:59Z` }),
    });
  }
  return (
    <Card title="New key">
      <form className="stack" onSubmit={submit}>
        <div className="grid" style={{ "--least": "12rem" } as object}>
          <Field label="Name">
            <input name="name" required maxLength={200} placeholder="Forecasting" />
          </Field>
          <Field label="Role">
            <select name="role" defaultValue="reader">
              {roles.map((role) => (
                <option key={role} value={role}>
                  {meanings[role]}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Until the end of" hint="UTC; empty: for good">
            <input type="date" name="expires_on" />
          </Field>
        </div>
        <Places />
        <div>
          <button type="submit" className="button primary" disabled={create.isPending}>
            Create the key
          </button>
        </div>
      </form>
      {create.isError ? <Problem error={create.error} /> : null}
      <div role="status" className="stack">
        {create.data === undefined ? null : (
          <>
            <p className="notice good">
              The key of “{create.data.name}”. Copy it now: it is stored as a hash and shown this once.
            </p>
            <Command text={create.data.key} />
          </>
        )}
      </div>
    </Card>
  );
}

/** Chosen by what they are called; none chosen is all of them, those of tomorrow, too. */
function Places() {
  const { data = [] } = useLocations();
  if (data.length === 0) return null;
  return (
    <details>
      <summary>Only some locations · none chosen: all</summary>
      <fieldset className="grid small key-places" style={{ "--least": "11rem" } as object}>
        <legend className="visually-hidden">Only these locations</legend>
        {data.map((place) => (
          <label key={place.location_id} className="row">
            <input type="checkbox" name="location_ids" value={place.location_id} />
            <span className="mono">{labelOf(place)}</span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}
