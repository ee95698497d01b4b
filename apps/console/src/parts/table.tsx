// A table that can be read by ear: the first column names the row. Where it is wide it scrolls by itself; on a phone each row is
// a card of its cells, each under its head.
import type { ReactNode } from "react";

export interface Column<Row> {
  head: string;
  /** The head is for the ear alone: what is below says itself. */
  isMute?: boolean;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right. */
  isNumber?: boolean;
  /** Sentences: they have room. */
  isWide?: boolean;
}

export interface TableProps<Row> {
  /** What the rows are, for those who hear the page. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="cards">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" className={classOf(column)}>
                {column.isMute === true ? <span className="visually-hidden">{column.head}</span> : column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, place) =>
                place === 0 ? (
                  <th key={column.head} scope="row" className={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td
                    key={column.head}
                    className={classOf(column)}
                    data-head={column.isMute === true ? undefined : column.head}
                  >
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<Row>({ isNumber, isWide }: Column<Row>): string | undefined {
  return isNumber === true ? "number" : isWide === true ? "wide" : undefined;
}
