// What the numbers are of. Everything here is in the URL.
import type { SalesDay } from "@almanac/client/contract";
import { useEventTypes } from "../../frame/event-types.ts";
import { useLocations, labelOf } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { Field } from "../../parts/field.tsx";
import type { AskedSales } from "./asked.ts";
import { useSeries } from "./daily-series.tsx";

const currencies = ["EUR", "GBP", "USD"];

export function Filters({ asked }: { asked: AskedSales }) {
  const [, change] = useSearchState();
  const { data: series } = useSeries(asked);
  const holidays = withAsked(holidaysOf(series?.data ?? []), asked.holiday);
  const { data: registered } = useEventTypes();
  const types = withAsked(registered?.data.map(({ event_type: name }) => name) ?? [], asked.event_type);
  return (
    <form className="filters roomy" onSubmit={(event) => event.preventDefault()}>
      <Field label="From">
        <input
          type="date"
          value={asked.from}
          max={asked.to}
          onChange={({ target }) => change({ from: target.value })}
        />
      </Field>
      <Field label="To">
        <input type="date" value={asked.to} min={asked.from} onChange={({ target }) => change({ to: target.value })} />
      </Field>
      <Field label="Event">
        <select value={asked.event_type} onChange={({ target }) => change({ event_type: target.value })}>
          {types.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </Field>
      <Field label="Day of">
        <select value={asked.basis} onChange={({ target }) => change({ basis: target.value })}>
          <option value="visit">the visit</option>
          <option value="event">the purchase</option>
        </select>
      </Field>
      <Field label="Compared">
        <select value={asked.days} onChange={({ target }) => change({ days: target.value })}>
          <option value="public">public holidays</option>
          <option value="bridge">bridge days</option>
        </select>
      </Field>
      <Field label="Counted">
        <select value={asked.currency ?? ""} onChange={({ target }) => change({ currency: target.value })}>
          <option value="">events</option>
          {withAsked(currencies, asked.currency).map((currency) => (
            <option key={currency} value={currency}>
              amounts in {currency}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Holiday">
        <select value={asked.holiday ?? ""} onChange={({ target }) => change({ holiday: target.value || undefined })}>
          <option value="">all</option>
          {holidays.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <Places asked={asked} />
    </form>
  );
}

/** In the order of the alphabet. */
function holidaysOf(days: readonly SalesDay[]): string[] {
  const names = new Set(days.flatMap((day) => day.holidays.map(({ holiday }) => holiday)));
  return [...names].toSorted((a, b) => a.localeCompare(b));
}

/** What the URL asks for can be chosen, whatever there is. */
function withAsked(choices: readonly string[], asked: string | undefined): readonly string[] {
  return asked === undefined || choices.includes(asked) ? choices : [...choices, asked];
}

function Places({ asked }: { asked: AskedSales }) {
  const { data = [] } = useLocations();
  const [, change] = useSearchState();
  const chosen = asked.location_id ?? [];
  return (
    <details className="field places">
      <summary>{chosen.length === 0 ? "Every location" : `${chosen.length} of ${data.length} locations`}</summary>
      <fieldset className="stack small">
        <legend className="visually-hidden">Locations</legend>
        {data.map((location) => (
          <label key={location.location_id} className="row">
            <input
              type="checkbox"
              checked={chosen.includes(location.location_id)}
              onChange={({ target }) =>
                change({
                  location_id: target.checked
                    ? [...chosen, location.location_id]
                    : chosen.filter((id) => id !== location.location_id),
                })
              }
            />
            <span className="mono">{labelOf(location)}</span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}
