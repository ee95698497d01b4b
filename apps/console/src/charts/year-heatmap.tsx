// A year of holidays as weeks × weekdays. Kinds and roles differ in shape, the colour repeats it. One stop for the
// keyboard: it is a slider over the days of the year, and says the day and what it is.
import type { KeyboardEvent, MouseEvent } from "react";
import { dayText } from "../frame/words.ts";
import { dayAt, dayByKey, dayOfYear, daysInYear, type HalfLayout, halvesOf } from "./year-layout.ts";
import { type DayMark, type Kind, kindText, markText, type Role } from "./year-marks.ts";
import "./year-heatmap.css";

const step = 14;
const size = 12;
const left = 16;
const top = 16;

export interface YearHeatmapProps {
  /** "Days of NL in 2025" */
  label: string;
  year: number;
  marks: ReadonlyMap<string, DayMark>;
  /** A day of the year, when it is this chart's. */
  selected: string | undefined;
  today: string;
  onSelect: (date: string) => void;
}

export function YearHeatmap({ label, year, marks, selected, today, onSelect }: YearHeatmapProps) {
  const focused = selected ?? firstOf(marks, year);
  const words = `${dayText(focused)}: ${wordsOf(marks.get(focused))}`;
  function press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const date = event.key === "Enter" || event.key === " " ? focused : dayByKey(focused, event.key);
    if (date === undefined) return;
    event.preventDefault();
    onSelect(date);
  }
  return (
    <div
      className="year-heatmap"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={daysInYear(year)}
      aria-valuenow={dayOfYear(focused)}
      aria-valuetext={words}
      onKeyDown={press}
    >
      {halvesOf(year).map((half) => (
        <Half key={half.half} half={half} marks={marks} selected={selected} today={today} onSelect={onSelect} />
      ))}
    </div>
  );
}

const wordsOf = (mark: DayMark | undefined) => (mark === undefined ? "no holiday" : markText(mark));

function firstOf(marks: ReadonlyMap<string, DayMark>, year: number): string {
  return [...marks.keys()].toSorted()[0] ?? `${year}-01-01`;
}

function Half({
  half,
  marks,
  selected,
  today,
  onSelect,
}: Pick<YearHeatmapProps, "marks" | "selected" | "today" | "onSelect"> & { half: HalfLayout }) {
  const width = left + half.columns * step;
  const height = top + 7 * step;
  function click(event: MouseEvent<SVGSVGElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width - left;
    const y = ((event.clientY - box.top) / box.height) * height - top;
    const date = dayAt(half, Math.floor(x / step), Math.floor(y / step));
    if (date !== undefined) onSelect(date);
  }
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onClick={click}>
      {half.months.map(({ label, column }) => (
        <text key={label} x={left + column * step} y={10}>
          {label}
        </text>
      ))}
      {["M", "", "W", "", "F", "", "S"].map((label, row) => (
        <text key={row} x={0} y={top + row * step + 10}>
          {label}
        </text>
      ))}
      <path className="plain" d={pathOf(half.days.filter(({ isWeekend }) => !isWeekend))} />
      <path className="weekend" d={pathOf(half.days.filter(({ isWeekend }) => isWeekend))} />
      {half.days.map(({ date, column, row }) => {
        const mark = marks.get(date);
        if (mark === undefined && date !== today && date !== selected) return null;
        return (
          <g key={date} transform={`translate(${left + column * step} ${top + row * step})`} data-day={date}>
            {mark === undefined ? null : (
              <>
                <title>{`${dayText(date)}: ${wordsOf(mark)}`}</title>
                <Mark kind={mark.kind} role={mark.role} />
              </>
            )}
            {date === today ? (
              <rect className="today" x={0.5} y={0.5} width={size - 1} height={size - 1} rx={2} />
            ) : null}
            {date === selected ? <rect className="selected" x={-1.5} y={-1.5} width={15} height={15} rx={3.5} /> : null}
          </g>
        );
      })}
    </svg>
  );
}

function pathOf(days: readonly { column: number; row: number }[]): string {
  return days
    .map(({ column, row }) => `M${left + column * step} ${top + row * step}h${size}v${size}h-${size}z`)
    .join("");
}

/** A public holiday fills its day, a bank holiday leaves a stripe, a school holiday fills its lower half, others a dot. */
function Mark({ kind, role }: { kind: Kind; role: Role }) {
  if (kind === "school") return <rect className="mark school" x={0} y={6.5} width={size} height={5.5} rx={1} />;
  if (kind === "optional" || kind === "observance") {
    return <circle className={`mark ${kind}`} cx={6} cy={6} r={kind === "optional" ? 3.5 : 2.25} />;
  }
  if (role === "nominal") {
    return <rect className={`mark ${kind} hollow`} x={1} y={1} width={size - 2} height={size - 2} rx={2} />;
  }
  return (
    <>
      <rect className={`mark ${kind}`} x={0} y={0} width={size} height={size} rx={2.5} />
      {kind === "bank" ? <path className="cut" d="M2 10L10 2" /> : null}
      {role === "observed" ? <circle className="hole" cx={6} cy={6} r={2.5} /> : null}
    </>
  );
}

const legend: readonly { kind: Kind; role: Role; words: string }[] = [
  { kind: "public", role: "day", words: kindText("public") },
  { kind: "public", role: "observed", words: "day off in its place" },
  { kind: "public", role: "nominal", words: "day by name, off on another day" },
  { kind: "bank", role: "day", words: kindText("bank") },
  { kind: "school", role: "day", words: kindText("school") },
  { kind: "optional", role: "day", words: kindText("optional") },
  { kind: "observance", role: "day", words: kindText("observance") },
];

/** Of what is there to be seen. */
export function YearLegend({ marks }: { marks: readonly DayMark[] }) {
  const kinds = new Set(marks.map(({ kind }) => kind));
  const roles = new Set(marks.map(({ role }) => role));
  return (
    <ul className="year-legend small soft" aria-label="What the shapes mean">
      {legend
        .filter(({ kind, role }) => (role === "day" ? kinds.has(kind) : roles.has(role)))
        .map(({ kind, role, words }) => (
          <li key={words}>
            <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
              <Mark kind={kind} role={role} />
            </svg>
            {words}
          </li>
        ))}
    </ul>
  );
}
