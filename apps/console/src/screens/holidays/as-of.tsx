// As of when? A slider whose stops are the syncs that changed something, an instant, or the present.
import { useSearchState } from "../../frame/search-state.ts";
import { instantText } from "../../frame/words.ts";
import { shortDay } from "../../history/change-words.ts";
import { placeOf, type Stop } from "../../history/stops.ts";
import { Field } from "../../parts/field.tsx";
import { type AskedCalendar, fieldOf, instantOf } from "./asked.ts";
import { StepWords } from "./step-words.tsx";

export function AsOf({ asked, stops }: { asked: AskedCalendar; stops: readonly Stop[] }) {
  const [, change] = useSearchState();
  const place = placeOf(stops, asked.as_of);
  const goTo = (wanted: number) => change({ as_of: stops[wanted]?.at }, { replace: true });
  const told = stops[Math.min(place, stops.length - 1)];
  const isStop = told?.at === asked.as_of;
  const before = isStop || asked.as_of === undefined ? place - 1 : place;
  return (
    <section className="card as-of" aria-label="As of">
      <div className="as-of-controls">
        <div className="as-of-steps">
          <button
            type="button"
            className="button"
            aria-label="The change before"
            aria-disabled={before < 0}
            onClick={() => (before >= 0 ? goTo(before) : undefined)}
          >
            ‹
          </button>
          <div className="as-of-slider">
            <label className="row label" htmlFor="as-of-slider">
              What we knew as of
              <strong>{asked.as_of === undefined ? "now" : readable(asked.as_of)}</strong>
            </label>
            <input
              id="as-of-slider"
              type="range"
              min={Math.min(0, place)}
              max={stops.length}
              value={place}
              aria-valuetext={asked.as_of === undefined ? "now" : readable(asked.as_of)}
              onChange={({ target }) => goTo(Number(target.value))}
            />
            <div className="ends small soft" aria-hidden="true">
              <span>{shortDay(stops[0]!.at)}</span>
              <span>{stops.length} syncs that changed something</span>
              <span>now</span>
            </div>
          </div>
          <button
            type="button"
            className="button"
            aria-label="The change after"
            aria-disabled={place >= stops.length}
            onClick={() => (place < stops.length ? goTo(place + 1) : undefined)}
          >
            ›
          </button>
        </div>
        <Field label="Instant" hint="UTC">
          <input
            type="datetime-local"
            step={1}
            // The seconds that the browser was typed in are its own until they are whole.
            key={asked.as_of ?? ""}
            defaultValue={asked.as_of === undefined ? "" : fieldOf(asked.as_of)}
            onBlur={({ target }) => {
              const shown = asked.as_of === undefined ? "" : fieldOf(asked.as_of);
              if (target.value !== shown) change({ as_of: instantOf(target.value) });
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key === "Enter") change({ as_of: instantOf(currentTarget.value) });
            }}
          />
        </Field>
        <button
          type="button"
          className="button"
          aria-pressed={asked.as_of === undefined}
          onClick={() => change({ as_of: undefined })}
        >
          Now
        </button>
      </div>
      {told === undefined ? (
        <p role="status">Before the first sync: nothing was known.</p>
      ) : (
        <StepWords stop={told} asked={asked} isStop={isStop} />
      )}
    </section>
  );
}

const readable = (asOf: string) =>
  /^\d{4}-\d\d-\d\d$/.test(asOf) ? `the end of ${shortDay(asOf)} UTC` : utcText(asOf);

function utcText(asOf: string): string {
  const field = fieldOf(asOf);
  return field === "" ? asOf : instantText(field);
}
