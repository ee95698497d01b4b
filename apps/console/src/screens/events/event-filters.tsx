// The filters of events. Choices are taken at once, what is typed when it is sent.
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { useEventTypes } from "../../frame/event-types.ts";
import { labelOf, useLocations } from "../../frame/locations.ts";
import { stringifySearch } from "../../frame/search.ts";
import { Field } from "../../parts/field.tsx";

export const filterNames = [
  "event_type",
  "from",
  "to",
  "location_id",
  "user_id",
  "related_id",
  "as_of",
  "snapshot",
] as const;

export type Filters = { [Name in (typeof filterNames)[number]]?: string };

export function EventFilters({ filters }: { filters: Filters }) {
  const [typed, type] = useState(filters);
  const shown = stringifySearch(filters);
  const [last, remember] = useState(shown);
  if (last !== shown) {
    // The URL is what holds, also after going back.
    remember(shown);
    type(filters);
  }
  const navigate = useNavigate();
  const { data: places } = useLocations();
  const { data: types } = useEventTypes();
  const apply = (next: Filters) => void navigate({ to: "/events", search: next });
  const choose = (name: keyof Filters, value: string) => {
    const next = { ...typed, [name]: value };
    type(next);
    apply(next);
  };
  const text = (name: keyof Filters) => ({
    value: typed[name] ?? "",
    autoComplete: "off",
    spellCheck: false,
    onChange: ({ target }: { target: HTMLInputElement }) => type({ ...typed, [name]: target.value.trim() }),
  });

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    apply(typed);
  }
  return (
    <form className="filters event-filters" aria-label="Filters" onSubmit={submit}>
      <Field label="Event type">
        <select value={typed.event_type ?? ""} onChange={({ target }) => choose("event_type", target.value)}>
          <option value="">All</option>
          {(types?.data ?? []).map(({ event_type: name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <Field label="Location">
        <select value={typed.location_id ?? ""} onChange={({ target }) => choose("location_id", target.value)}>
          <option value="">All</option>
          {(places ?? []).map((place) => (
            <option key={place.location_id} value={place.location_id}>
              {labelOf(place)}
            </option>
          ))}
        </select>
      </Field>
      <Field label="From" hint="UTC">
        <input type="date" {...text("from")} />
      </Field>
      <Field label="To" hint="included">
        <input type="date" {...text("to")} />
      </Field>
      <Field label="User">
        <input placeholder="user_id" {...text("user_id")} />
      </Field>
      <Field label="Related to">
        <input placeholder="related_id" {...text("related_id")} />
      </Field>
      <Field label="As known on" hint="a day or an instant, UTC">
        <input placeholder="2026-11-28" {...text("as_of")} />
      </Field>
      <div className="row">
        <button type="submit" className="button primary">
          Show
        </button>
        <button type="button" className="button quiet" onClick={() => apply({})}>
          Clear
        </button>
      </div>
    </form>
  );
}
