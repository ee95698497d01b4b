// Whose calendars, and which year.
import { labelOf, useLocations } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { counted } from "../../frame/words.ts";
import { type AskedCalendar, mostPlaces } from "./asked.ts";

export function PlacesAndYear({ asked, chosen }: { asked: AskedCalendar; chosen: readonly string[] }) {
  const [, change] = useSearchState();
  const show = (year: number) => change({ year: String(year), day: undefined }, { replace: true });
  return (
    <div className="filters calendar-filters">
      <div className="row" role="group" aria-label="Year">
        <button
          type="button"
          className="button"
          aria-label={`Year before: ${asked.year - 1}`}
          onClick={() => show(asked.year - 1)}
        >
          ‹
        </button>
        <strong className="shown-year" role="status">
          {asked.year}
        </strong>
        <button
          type="button"
          className="button"
          aria-label={`Year after: ${asked.year + 1}`}
          onClick={() => show(asked.year + 1)}
        >
          ›
        </button>
      </div>
      <Places chosen={chosen} />
    </div>
  );
}

function Places({ chosen }: { chosen: readonly string[] }) {
  const { data = [] } = useLocations();
  const [, change] = useSearchState();
  const isFull = chosen.length >= mostPlaces;
  return (
    <details className="place-choice">
      <summary>
        {counted(chosen.length, "location")} of {data.length}
      </summary>
      <fieldset>
        <legend className="small soft">Up to thirteen side by side</legend>
        <div className="place-list">
          {data.map((location) => {
            const { location_id, resolved_region, active } = location;
            const isChosen = chosen.includes(location_id);
            return (
              <label key={location_id} className="row small">
                <input
                  type="checkbox"
                  checked={isChosen}
                  disabled={!isChosen && isFull}
                  onChange={({ target }) =>
                    change({
                      location_id: target.checked
                        ? [...chosen, location_id]
                        : chosen.filter((each) => each !== location_id),
                    })
                  }
                />
                <span>
                  {labelOf(location)}
                  <span className="soft">
                    {" "}
                    {resolved_region ?? "not synced"}
                    {active ? "" : ", inactive"}
                  </span>
                </span>
              </label>
            );
          })}
        </div>
        <div className="row">
          <button
            type="button"
            className="button small"
            onClick={() => change({ location_id: data.slice(0, mostPlaces).map(({ location_id }) => location_id) })}
          >
            {data.length > mostPlaces ? `The first ${mostPlaces}` : "All"}
          </button>
          <button type="button" className="button small" onClick={() => change({ location_id: undefined })}>
            One of each calendar
          </button>
        </div>
      </fieldset>
    </details>
  );
}
