// What became of the lines, as one bar and as numbers that sum up to all of them.
import type { LoadRows } from "@almanac/client/contract";
import { count, counted } from "../../frame/words.ts";
import { partsOf, percentText } from "./rows.ts";

export function RowsBar({ rows }: { rows: LoadRows }) {
  const parts = partsOf(rows).filter(({ count: some }) => some > 0);
  const words = parts.map((part) => `${count(part.count)} ${part.name}`).join(", ");
  return (
    <div
      className="rows-bar"
      role="img"
      aria-label={`${counted(rows.total, "line")}: ${words === "" ? "none yet" : words}`}
    >
      {parts.map(({ name, share, count: some }) => (
        <span key={name} className={name} style={{ width: `${share * 100}%` }} title={`${count(some)} ${name}`} />
      ))}
    </div>
  );
}

export function RowsTable({ rows }: { rows: LoadRows }) {
  return (
    <table className="rows-table">
      <thead>
        <tr>
          <th scope="col">Came to</th>
          <th scope="col" className="number">
            Lines
          </th>
          <th scope="col" className="number">
            Share
          </th>
          <th scope="col" className="means">
            Which is
          </th>
        </tr>
      </thead>
      <tbody>
        {partsOf(rows).map(({ name, count: some, share, means }) => (
          <tr key={name} className={some === 0 ? "soft" : undefined}>
            <th scope="row">
              <span className={`swatch ${name}`} aria-hidden="true" /> {name}
            </th>
            <td className="number">{count(some)}</td>
            <td className="number">{some === 0 ? "" : percentText(share)}</td>
            <td className="soft small means">{means}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All lines</th>
          <td className="number">{count(rows.total)}</td>
          <td className="number">{rows.total === 0 ? "0" : "100.0"} %</td>
          <td className="soft small means">the sum of the above</td>
        </tr>
      </tfoot>
    </table>
  );
}
