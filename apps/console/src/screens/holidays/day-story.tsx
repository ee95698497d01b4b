// One day: what it is in each place, and how that came to be known where it was chosen.
import type { Diff, Holidays, Version } from "@almanac/client/contract";
import { Link } from "@tanstack/react-router";
import { marksOf, markText } from "../../charts/year-marks.ts";
import { useLocationCode, useLocationLabel } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { counted, dayText } from "../../frame/words.ts";
import { sentencesOf, shortDay } from "../../history/change-words.ts";
import { placeOf } from "../../history/stops.ts";
import { useSteps } from "../../history/version-diffs.ts";
import { Card } from "../../parts/card.tsx";
import { Loading } from "../../parts/loading.tsx";
import { Problem } from "../../parts/problem.tsx";
import { aboutDay } from "./about-day.ts";
import type { AskedCalendar } from "./asked.ts";

export interface DayStoryProps {
  asked: AskedCalendar;
  day: string;
  known: readonly Holidays[];
  versions: { byLocation: ReadonlyMap<string, readonly Version[]> };
}

export function DayStory({ asked, day, known, versions }: DayStoryProps) {
  const [, change] = useSearchState();
  const codeOf = useLocationCode();
  const told = known.map(({ location_id, data }) => {
    const mark = marksOf(data, asked.year).get(day);
    return { location_id, text: mark === undefined ? "no holiday" : markText(mark) };
  });
  const at = known.find(({ location_id }) => location_id === asked.at) ?? known[0];
  return (
    <Card
      title={dayText(day)}
      aside={
        <button
          type="button"
          className="button small"
          onClick={() => change({ day: undefined, at: undefined }, { replace: true })}
        >
          Close the day
        </button>
      }
    >
      <div role="status">
        <ul className="day-places">
          {[...Map.groupBy(told, ({ text }) => text)].map(([text, places]) => (
            <li key={text}>
              <strong>{text}</strong>
              <span className="small soft">{places.map(({ location_id }) => codeOf(location_id)).join(", ")}</span>
            </li>
          ))}
        </ul>
      </div>
      {at === undefined ? null : (
        <Story at={at} day={day} asked={asked} versions={versions.byLocation.get(at.location_id) ?? []} />
      )}
    </Card>
  );
}

interface StoryProps {
  at: Holidays;
  day: string;
  asked: AskedCalendar;
  versions: readonly Version[];
}

function Story({ at, day, asked, versions }: StoryProps) {
  const labelOf = useLocationLabel();
  const before = versions.filter((each) => placeOf([{ at: each.synced_at, ...noStop }], asked.as_of) >= 0);
  const { diffs, isPending, error } = useSteps(before.map(({ version }) => ({ location_id: at.location_id, version })));
  const today = marksOf(at.data, asked.year).get(day)?.holidays ?? [];
  const ids = new Set(today.map(({ holiday }) => holiday.holiday_id));
  const steps = diffs
    .flatMap((diff) => sentencesOf(aboutDay(diff, day, ids)).map(({ text }) => ({ text, diff })))
    .toSorted((a, b) => a.diff.to.version - b.diff.to.version);
  const first = before.at(-1);
  return (
    <div className="stack">
      <h3>How it came to be known in {labelOf(at.location_id)}</h3>
      {error === null ? null : <Problem error={error} />}
      {isPending && before.length > 1 ? <Loading what="Its history" lines={2} /> : null}
      <ol className="day-steps">
        {first === undefined ? null : (
          <li>
            On {shortDay(first.synced_at)} the calendar of {first.region} became known:{" "}
            {counted(first.changes.added, "holiday")} from {first.source}
          </li>
        )}
        {steps.map(({ text, diff }) => (
          <li key={`${diff.to.version} ${text}`}>
            On {shortDay(diff.to.synced_at)} {text} <SyncLink diff={diff} versions={before} />
          </li>
        ))}
      </ol>
      {steps.length === 0 && !isPending ? (
        <p className="small soft">
          {ids.size > 0 ? "Nothing about it has changed since." : "Nothing about it has ever changed."}
        </p>
      ) : null}
    </div>
  );
}

const noStop = { sync_id: "", changed: [] };

function SyncLink({ diff, versions }: { diff: Diff; versions: readonly Version[] }) {
  const version = versions.find((each) => each.version === diff.to.version);
  if (version === undefined) return null;
  return (
    <span className="small soft">
      from {version.source},{" "}
      <Link to="/versions" search={{ location_id: diff.location_id, sync: version.sync_id }}>
        version {version.version}
      </Link>
    </span>
  );
}
