// What a stop of the slider changed, in words.
import { Link } from "@tanstack/react-router";
import { useLocationCode } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { byWords, type ChangeSentence, sentencesOf, shortDay } from "../../history/change-words.ts";
import type { Stop } from "../../history/stops.ts";
import { useSteps } from "../../history/version-diffs.ts";
import { Problem } from "../../parts/problem.tsx";
import type { AskedCalendar } from "./asked.ts";

type Told = ChangeSentence & { places: string[] };

export function StepWords({ stop, asked, isStop }: { stop: Stop; asked: AskedCalendar; isStop: boolean }) {
  const { diffs, isPending, error } = useSteps(stop.changed);
  const codeOf = useLocationCode();
  const told: Told[] = [
    ...firstVersions(stop, asked.year),
    ...byWords(diffs.map((diff) => ({ place: diff.location_id, sentences: sentencesOf(diff) }))),
  ];
  return (
    <div className="step-words" role="status" aria-busy={isPending}>
      {error === null ? null : <Problem error={error} />}
      {isStop ? null : <span className="small soft">The last change until then</span>}
      {isPending ? (
        <p className="soft">On {shortDay(stop.at)} …</p>
      ) : told.length === 1 ? (
        <p>
          On {shortDay(stop.at)} {told[0]!.text} <Where told={told[0]!} asked={asked} codeOf={codeOf} />
        </p>
      ) : (
        <>
          <p>On {shortDay(stop.at)}:</p>
          <ul>
            {told.map((sentence) => (
              <li key={sentence.text}>
                {sentence.text} <Where told={sentence} asked={asked} codeOf={codeOf} />
              </li>
            ))}
          </ul>
        </>
      )}
      <Link className="small" to="/versions" search={{ location_id: stop.changed[0]!.location_id, sync: stop.sync_id }}>
        The sync that brought it
      </Link>
    </div>
  );
}

function firstVersions({ changed }: Stop, year: number): Told[] {
  const first = changed.filter(({ version }) => version === 1);
  return byWords(
    first.map(({ location_id, region, added }) => ({
      place: location_id,
      sentences: [
        { text: `the calendar of ${region} became known: ${added} holidays`, date: `${year}-01-01`, holiday_id: null },
      ],
    })),
  );
}

/** In which places, and a way to the day where another year is shown. */
function Where({ told, asked, codeOf }: { told: Told; asked: AskedCalendar; codeOf: (locationId: string) => string }) {
  const [, change] = useSearchState();
  const year = told.date.slice(0, 4);
  const isThere = told.holiday_id === null ? year === `${asked.year}` : told.date === asked.day;
  const day = told.holiday_id === null ? undefined : told.date;
  return (
    <span className="small soft">
      ({told.places.map(codeOf).join(", ")})
      {isThere ? null : (
        <button
          type="button"
          className="button small quiet"
          onClick={() => change({ year, day, at: told.places[0] }, { replace: true })}
        >
          {year === `${asked.year}` ? "Show the day" : `Show ${year}`}
          <span className="visually-hidden">: {told.text}</span>
        </button>
      )}
    </span>
  );
}
