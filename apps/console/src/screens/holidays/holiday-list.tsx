// The same as a table: one row a holiday, with the places that have it.
import type { Holiday, Holidays } from "@almanac/client/contract";
import { Fragment } from "react";
import { kindText } from "../../charts/year-marks.ts";
import { useLocationCode } from "../../frame/locations.ts";
import { counted, dayText } from "../../frame/words.ts";
import { Card } from "../../parts/card.tsx";
import { Table } from "../../parts/table.tsx";
import type { AskedCalendar } from "./asked.ts";
import { type HolidayRow, rowsOf } from "./rows.ts";

export function HolidayList({ asked, known }: { asked: AskedCalendar; known: readonly Holidays[] }) {
  const codeOf = useLocationCode();
  const rows = rowsOf(known);
  if (known.length === 0) return null;
  return (
    <Card title={`The list of ${asked.year}`} aside={<span className="small soft">{counted(rows.length, "row")}</span>}>
      {rows.length === 0 ? (
        <p className="soft">No holidays are known of {asked.year}.</p>
      ) : (
        <Table
          label={`Holidays of ${asked.year}`}
          rows={rows}
          keyOf={({ key }) => key}
          columns={[
            { head: "Day", cell: ({ holiday }) => <Days of={holiday} /> },
            { head: "Holiday", cell: (row) => <Names of={row} /> },
            { head: "Kind", cell: ({ holiday }) => <span className="nowrap">{kindText(holiday.type)}</span> },
            {
              head: "Day off",
              cell: ({ holiday }) => (holiday.observed_date === null ? "the same" : dayText(holiday.observed_date)),
            },
            { head: "Where", cell: (row) => <Where row={row} all={known.length} codeOf={codeOf} /> },
          ]}
        />
      )}
    </Card>
  );
}

function Days({ of: { date, end_date } }: { of: Holiday }) {
  return (
    <>
      <span className="nowrap">{dayText(date)}</span>
      {end_date === null ? null : <span className="small soft nowrap"> until {dayText(end_date)}</span>}
    </>
  );
}

function Names({ of: { holiday, localNames } }: { of: HolidayRow }) {
  return (
    <>
      {holiday.name}
      <span className="small soft"> {localNames.join(", ")}</span>
    </>
  );
}

function Where({ row, all, codeOf }: { row: HolidayRow; all: number; codeOf: (locationId: string) => string }) {
  const places = row.places.map(codeOf);
  if (all > 1 && places.length === all) return <span title={places.join(", ")}>all {all}</span>;
  return (
    <span className="small">
      {places.map((code, place) => (
        // The space is outside: the line may end between two codes, not within one.
        <Fragment key={row.places[place]}>
          {place === 0 ? null : " "}
          <span className="nowrap">
            {code}
            {place === places.length - 1 ? "" : ","}
          </span>
        </Fragment>
      ))}
    </span>
  );
}
