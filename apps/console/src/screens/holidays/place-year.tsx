// One place's year: drawn, and the same elsewhere by links.
import type { Holidays } from "@almanac/client/contract";
import type { UseQueryResult } from "@tanstack/react-query";
import { YearHeatmap } from "../../charts/year-heatmap.tsx";
import { marksOf } from "../../charts/year-marks.ts";
import { useLocationLabel } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { counted } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { type AskedCalendar, holidaysPath } from "./asked.ts";

export interface PlaceYearProps {
  locationId: string;
  query: UseQueryResult<Holidays>;
  asked: AskedCalendar;
}

export function PlaceYear({ locationId, query, asked }: PlaceYearProps) {
  const labelOf = useLocationLabel();
  const [, change] = useSearchState();
  const label = labelOf(locationId);
  const path = holidaysPath(locationId, asked);
  const isAt = asked.at === locationId;
  return (
    <section
      className="card place-year"
      aria-label={label}
      data-location={locationId}
      aria-busy={query.isPlaceholderData}
    >
      <div className="card-head">
        <h2>{label}</h2>
        <div className="row small">
          {query.data === undefined ? null : <Told of={query.data} year={asked.year} />}
          <span className="place-links">
            <a href={`${path}&format=ics`} download={`${label}-${asked.year}.ics`}>
              iCal
            </a>
            <a href={`${path}&format=csv`} download={`${label}-${asked.year}.csv`}>
              CSV
            </a>
            <a href={`${path}&format=json`} target="_blank" rel="noreferrer">
              JSON
            </a>
            <CopyButton text={curlOf(location.origin, path)} label="Copy as curl" />
          </span>
        </div>
      </div>
      <Asked query={query} what={`Holidays of ${label}`}>
        {({ data }) => (
          <YearHeatmap
            label={`Days of ${label} in ${asked.year}`}
            year={asked.year}
            marks={marksOf(data, asked.year)}
            selected={isAt ? asked.day : undefined}
            today={new Date().toISOString().slice(0, 10)}
            onSelect={(day) => change({ day, at: locationId }, { replace: true })}
          />
        )}
      </Asked>
    </section>
  );
}

function Told({ of: { region, version, source, active, coverage, data }, year }: { of: Holidays; year: number }) {
  const missing = coverage?.years[year];
  return (
    <>
      {active ? null : <Badge>inactive</Badge>}
      {missing === undefined || missing === "full" ? null : (
        <Badge tone="warn">{missing === "unknown" ? `${year} was not synced` : `${year} is ${missing}`}</Badge>
      )}
      <span className="soft" title={`from ${source}`}>
        {counted(data.length, "holiday")} of {region}, version {version}
      </span>
    </>
  );
}
