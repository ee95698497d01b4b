// Day by day: what was sold, with the holidays behind it. The chart's code comes when it is first looked at.
import type { SalesDay } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useState } from "react";
import { api } from "../../api.ts";
import { count, dayText } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Card } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Loading } from "../../parts/loading.tsx";
import { Table } from "../../parts/table.tsx";
import { type AskedSales, pathOf, seriesQueryOf } from "./asked.ts";
import { ShownSql } from "./shown-sql.tsx";
import "./insights.css";

const Series = lazy(async () => ({ default: (await import("../../charts/series.tsx")).Series }));

/** The days of what is asked for; asked once, by whoever shows them. */
export function useSeries(asked: AskedSales) {
  const query = seriesQueryOf(asked);
  return useQuery({ queryKey: ["series", query], queryFn: () => read(api.v1.insights.series.$get({ query })) });
}

export function DailySeries({ asked }: { asked: AskedSales }) {
  const series = useSeries(asked);
  const path = pathOf("series", seriesQueryOf(asked));
  return (
    <Card
      title="Day by day"
      aside={
        <div className="row">
          <a className="button small" href={`${path}&format=csv`} download="series.csv">
            CSV
          </a>
          <CopyButton text={curlOf(location.origin, path)} label="Copy as curl" />
        </div>
      }
    >
      <Asked query={series} what="The daily series">
        {({ data, sql }) => (
          <>
            <Drawn days={data} currency={asked.currency} />
            <ShownSql of="these days" sql={sql} />
          </>
        )}
      </Asked>
    </Card>
  );
}

const eventsOf = (day: SalesDay) => day.events;
const amountOf = (day: SalesDay) => (day.amount === null ? null : Number(day.amount));

function Drawn({ days, currency }: { days: readonly SalesDay[]; currency: string | undefined }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const onPoint = useCallback((place: number | null) => setPointed(place), []);
  const day = pointed === null ? undefined : days[pointed];
  return (
    <>
      <p className="series-readout small" aria-hidden="true">
        {day === undefined
          ? "Point at a day to read it, or go by the arrow keys. Shaded: weekends; with an edge on top: holidays."
          : readoutOf(day)}
      </p>
      <Suspense fallback={<Loading what="The chart" lines={6} />}>
        <Series
          label={currency === undefined ? "Events a day" : `Amounts a day in ${currency}`}
          days={days}
          valueOf={currency === undefined ? eventsOf : amountOf}
          pointed={pointed}
          onPoint={onPoint}
          textOf={readoutOf}
        />
      </Suspense>
      <details>
        <summary>As a table</summary>
        <div className="series-table">
          <Table label="Day by day" columns={columns} rows={days} keyOf={({ date }) => date} />
        </div>
      </details>
    </>
  );
}

function namesOf({ holidays }: SalesDay): string {
  return holidays.map(({ holiday, location_ids }) => `${holiday} (${location_ids.length})`).join(", ");
}

function readoutOf(day: SalesDay): string {
  const amount = day.amount === null ? "" : `, ${day.amount}`;
  return `${dayText(day.date)}: ${count(day.events)} events${amount}${day.holidays.length === 0 ? "" : ` · ${namesOf(day)}`}`;
}

const columns = [
  { head: "Day", cell: ({ date }: SalesDay) => <span style={{ whiteSpace: "nowrap" }}>{dayText(date)}</span> },
  { head: "Events", isNumber: true, cell: ({ events }: SalesDay) => count(events) },
  { head: "Amount", isNumber: true, cell: ({ amount }: SalesDay) => amount ?? "" },
  { head: "Locations", isNumber: true, cell: ({ locations }: SalesDay) => count(locations) },
  { head: "Holidays (at so many locations)", cell: namesOf },
];
