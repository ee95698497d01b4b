// One more place: its id and its ISO code; the api says whether a source knows the code.
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { api } from "../../api.ts";
import { textsIn } from "../../frame/form.ts";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";

export function AddLocation() {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: ({ code, id, zone }: { code: string; id: string; zone: string }) =>
      read(
        api.v1.locations.$post({
          query: { sync: true },
          json: {
            location_id: id,
            country_code: code.slice(0, 2).toUpperCase(),
            subdivision_code: code.toUpperCase(),
            ...(zone === "" ? {} : { time_zone: zone }),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["locations"] }),
  });
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const { code = "", id = "", zone = "" } = textsIn(new FormData(event.currentTarget));
    add.mutate({ code, id, zone });
  }
  return (
    <details className="card">
      <summary>Add a location</summary>
      <form className="stack" onSubmit={submit} style={{ marginTop: "var(--space-4)" }}>
        <div className="filters">
          <Field label="Location id" hint="a UUID">
            <input name="id" required placeholder="123e4567-e89b-42d3-a456-426614174000" />
          </Field>
          <Field label="Subdivision" hint="ISO 3166-2">
            <input name="code" required placeholder="NL-NH" />
          </Field>
          <Field label="Time zone" hint="optional">
            <input name="zone" placeholder="Europe/Amsterdam" />
          </Field>
          <button type="submit" className="button primary" disabled={add.isPending}>
            Add and sync
          </button>
        </div>
        {add.isError ? <Problem error={add.error} /> : null}
        <div role="status">
          {add.data === undefined ? null : (
            <p className="notice good">{add.data.subdivision_code} is added; its first sync is on its way.</p>
          )}
        </div>
      </form>
    </details>
  );
}
