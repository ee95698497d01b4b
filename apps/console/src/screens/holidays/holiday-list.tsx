// The same as a table: one row a holiday, with the places that have it.
import type { Holiday, Holidays } from "@almanac/client/contract";
import { kindText } from "../../charts/year-marks.ts";
import { useLocationLabel } from "../../frame/locations.ts";
import { counted, dayText } from "../../frame/words.ts";
import { Card } from "../../parts/card.tsx";
import { Table } from "../../parts/table.tsx";
import type { AskedCalendar } from "./asked.ts";
import { type HolidayRow, rowsOf } from "./rows.ts";

export function HolidayList({ asked, known }: { asked: AskedCalendar; known: readonly Holidays[] }) {
  const labelOf = useLocationLabel();
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
            { head: "Holiday", cell: ({ holiday }) => <Names of={holiday} /> },
            { head: "Kind", cell: ({ holiday }) => kindText(holiday.type) },
            {
              head: "Day off",
              cell: ({ holiday }) => (holiday.observed_date === null ? "the same" : dayText(holiday.observed_date)),
            },
            { head: "Where", cell: (row) => <Where row={row} all={known.length} labelOf={labelOf} /> },
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

function Names({ of: { name, local_name } }: { of: Holiday }) {
  return (
    <>
      {name}
      {local_name === name ? null : <span className="small soft"> {local_name}</span>}
    </>
  );
}

function Where({ row, all, labelOf }: { row: HolidayRow; all: number; labelOf: (locationId: string) => string }) {
  const places = row.places.map(labelOf).join(", ");
  if (all > 1 && row.places.length === all) return <span title={places}>all {all}</span>;
  return <span className="small">{places}</span>;
}
