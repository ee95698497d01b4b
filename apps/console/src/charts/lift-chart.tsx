// Ratios with their intervals, drawn in the cells of a real table: it can be read by eye and by ear.
import type { HolidayLift } from "@almanac/client/contract";
import type { ReactNode } from "react";
import { count } from "../frame/words.ts";
import { liftScale, type LiftScale } from "./lift-scale.ts";
import "./lift-chart.css";

export interface LiftChartProps {
  label: string;
  rows: readonly HolidayLift[];
  nameOf: (row: HolidayLift) => ReactNode;
}

const numberOf = (text: string | null) => (text === null ? null : Number(text));
const endsOf = ({ ratio, low, high }: HolidayLift) => ({
  ratio: numberOf(ratio),
  low: numberOf(low),
  high: numberOf(high),
});

export function LiftChart({ label, rows, nameOf }: LiftChartProps) {
  const scale = liftScale(rows.map(endsOf));
  const notes = [...new Set(rows.flatMap(({ note }) => note ?? []))];
  // What holds for every row needs no mark in each.
  const isOfAll = notes.length === 1 && rows.every(({ note }) => note !== null);
  return (
    <div className="stack">
      <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
        <table className="lift-chart">
          <thead>
            <tr>
              <th scope="col">{label}</th>
              <th scope="col" className="track">
                <Ticks scale={scale} />
                <span className="visually-hidden">drawn</span>
              </th>
              <th scope="col" className="number">
                Ratio
              </th>
              <th scope="col" className="number">
                95 % interval
              </th>
              <th scope="col" className="number">
                Days
              </th>
              <th scope="col" className="number">
                Sold
              </th>
              <th scope="col" className="number">
                Expected
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.location_id} ${row.holiday}`}>
                <th scope="row">
                  {nameOf(row)}
                  {row.note === null || isOfAll ? null : <sup className="soft"> {notes.indexOf(row.note) + 1}</sup>}
                </th>
                <td className="track">
                  <Track row={row} scale={scale} />
                </td>
                <td className="number">
                  <strong>{row.ratio ?? "none"}</strong>
                </td>
                <td className="number">
                  {row.low === null || row.high === null ? "none" : `${row.low} – ${row.high}`}
                </td>
                <td className="number">{count(row.n)}</td>
                <td className="number">{row.observed}</td>
                <td className="number">{row.expected}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notes.map((note, place) => (
        <p key={note} className="small soft">
          {isOfAll ? null : <sup>{place + 1} </sup>}
          {note}
        </p>
      ))}
    </div>
  );
}

const percent = (share: number) => `${(100 * share).toFixed(2)}%`;

function Ticks({ scale }: { scale: LiftScale }) {
  return (
    <span className="ticks" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <span key={tick} style={{ left: percent(scale.place(tick)) }}>
          {tick} ×
        </span>
      ))}
    </span>
  );
}

function Track({ row, scale }: { row: HolidayLift; scale: LiftScale }) {
  const { ratio, low, high } = endsOf(row);
  return (
    <span className="marks" aria-hidden="true">
      <span className="once" style={{ left: percent(scale.place(1)) }} />
      {low === null || high === null ? null : (
        <span
          className="interval"
          style={{ left: percent(scale.place(low)), width: percent(scale.place(high) - scale.place(low)) }}
        />
      )}
      {ratio === null ? null : <span className="dot" style={{ left: percent(scale.place(ratio)) }} />}
    </span>
  );
}
