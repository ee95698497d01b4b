// Which days are holidays, as we knew it on any day? Years side by side, and the slider through what became known.
import type { Holidays as PlaceHolidays } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api.ts";
import { YearLegend } from "../../charts/year-heatmap.tsx";
import { marksOf } from "../../charts/year-marks.ts";
import { useLocations } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { stopsOf } from "../../history/stops.ts";
import { useChangedVersions } from "../../history/version-diffs.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Screen } from "../../parts/screen.tsx";
import { AsOf } from "./as-of.tsx";
import { type AskedCalendar, askedOf, firstPlaces, queryOf } from "./asked.ts";
import { DayStory } from "./day-story.tsx";
import { HolidayList } from "./holiday-list.tsx";
import { PlaceYear } from "./place-year.tsx";
import { PlacesAndYear } from "./places-and-year.tsx";
import "./holidays.css";

/** So many have a row of their own each. */
const few = 3;

export function Holidays() {
  const locations = useLocations();
  return (
    <Screen title="Calendar" lead="Which days are holidays, as we knew it on any day?">
      <Needs operation="getHolidays">
        <Asked query={locations} what="Locations">
          {(known) =>
            known.length === 0 ? (
              <Empty title="There is no location yet." command="npx almanac locations import locations.csv">
                A location says whose calendar is fetched.
              </Empty>
            ) : (
              <Calendars first={firstPlaces(known)} />
            )
          }
        </Asked>
      </Needs>
    </Screen>
  );
}

function Calendars({ first }: { first: readonly string[] }) {
  const [search] = useSearchState();
  const asked = useMemo(() => askedOf(search, Date.now()), [search]);
  const chosen = asked.location_id ?? first;
  const versions = useChangedVersions(chosen);
  const stops = stopsOf(versions.byLocation);
  const answers = useYears(chosen, asked);
  const known = answers.flatMap(({ data }) => data ?? []);
  const marks = known.map(({ data }) => marksOf(data, asked.year));
  return (
    <>
      <PlacesAndYear asked={asked} chosen={chosen} />
      {versions.error === null ? null : <Problem error={versions.error} />}
      {stops.length === 0 ? (
        versions.isPending ? null : (
          <Empty title="No sync has brought a calendar for these places yet." command="npx almanac sync run --wait" />
        )
      ) : (
        <AsOf asked={asked} stops={stops} />
      )}
      <div className={chosen.length > few ? "years many" : "years"}>
        {chosen.map((locationId, place) => (
          <PlaceYear key={locationId} locationId={locationId} query={answers[place]!} asked={asked} />
        ))}
        <YearLegend marks={marks.flatMap((its) => [...its.values()])} />
      </div>
      {asked.day === undefined ? null : <DayStory asked={asked} day={asked.day} known={known} versions={versions} />}
      <HolidayList asked={asked} known={known} />
    </>
  );
}

function useYears(places: readonly string[], asked: AskedCalendar): UseQueryResult<PlaceHolidays>[] {
  const query = queryOf(asked);
  return useQueries({
    queries: places.map((location_id) => ({
      queryKey: ["holidays", location_id, query],
      queryFn: () => read(api.v1.locations[":location_id"].holidays.$get({ param: { location_id }, query })),
      // What was drawn stays until the next is there: a step of the slider does not flicker.
      placeholderData: (before: PlaceHolidays | undefined) =>
        before?.location_id === location_id ? before : undefined,
    })),
  });
}
