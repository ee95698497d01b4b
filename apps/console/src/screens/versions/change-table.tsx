// Changes of holidays as a table: how, what it was, what it is, and where a sync brought it which one.
import type { Holiday } from "@almanac/client/contract";
import type { ReactNode } from "react";
import { dayText } from "../../frame/words.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import type { ChangeRow, How } from "./compared.ts";
import "./versions.css";

const tones: Record<How, Tone> = { added: "good", removed: "bad", moved: "note", renamed: "plain" };
const signs: Record<How, string> = { added: "+", removed: "−", moved: "→", renamed: "≈" };

export interface ChangeTableProps {
  label: string;
  rows: readonly ChangeRow[];
  broughtBy?: (row: ChangeRow) => ReactNode;
}

export function ChangeTable({ label, rows, broughtBy }: ChangeTableProps) {
  const columns: Column<ChangeRow>[] = [
    {
      head: "Holiday",
      cell: ({ before, after }) => <Told before={before} after={after} of={({ name }) => name} />,
    },
    {
      head: "Change",
      cell: ({ how }) => (
        <Badge tone={tones[how]}>
          <span aria-hidden="true">{signs[how]}</span> {how}
        </Badge>
      ),
    },
    {
      head: "Day",
      isWide: true,
      cell: ({ before, after }) => <Told before={before} after={after} of={daysText} />,
    },
    { head: "Kind", cell: ({ before, after }) => <Told before={before} after={after} of={({ type }) => type} /> },
  ];
  if (broughtBy !== undefined) columns.push({ head: "Brought by", cell: broughtBy });
  return <Table label={label} rows={rows} keyOf={({ how, holiday_id }) => `${how} ${holiday_id}`} columns={columns} />;
}

function daysText({ date, end_date, observed_date }: Holiday): string {
  const until = end_date === null ? "" : ` until ${dayText(end_date)}`;
  return `${dayText(date)}${until}${observed_date === null ? "" : `, off on ${dayText(observed_date)}`}`;
}

/** The same said once; what differs said twice, the old one struck. */
function Told({ before, after, of }: Pick<ChangeRow, "before" | "after"> & { of: (holiday: Holiday) => string }) {
  const [was, is] = [before === null ? null : of(before), after === null ? null : of(after)];
  if (was === null || is === null || was === is) return was !== null && is === null ? <del>{was}</del> : is;
  return (
    <span className="was-is">
      <del>{was}</del>
      <span>
        <span aria-hidden="true">→ </span>
        <ins>{is}</ins>
      </span>
    </span>
  );
}
