// A new key: for whom, to do what, where and until when. It is shown this once.
import type { NewApiKey } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { api } from "../../api.ts";
import { textsIn } from "../../frame/form.ts";
import { Card } from "../../parts/card.tsx";
import { Command } from "../../parts/command.tsx";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";

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
    const {
      name = "",
      role,
      location_ids: places = "",
      expires_on: day = "",
    } = textsIn(new FormData(event.currentTarget));
    const locationIds = places.split(/[\s,]+/).filter((id) => id !== "");
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
          <Field label="Only these locations" hint="ids; empty: all">
            <input name="location_ids" />
          </Field>
          <Field label="Until the end of" hint="UTC; empty: for good">
            <input type="date" name="expires_on" />
          </Field>
        </div>
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
