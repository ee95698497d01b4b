// How do rows look to people? Columns that line up, a space between words of a pipe, nothing that wraps by itself.
import { stripVTControlCharacters } from "node:util";

export type Cell = string | number | boolean | null | undefined;

export interface Column<Row> {
  head: string;
  cell: (row: Row) => Cell;
}

/** Lines without an end; numbers stand to the right. Absent values are a dash. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const isNumber = columns.map((_, place) => {
    const values = cells.map((row) => row[place]).filter((value) => value != null);
    return values.length > 0 && values.every((value) => typeof value === "number");
  });
  const texts = [columns.map(({ head }) => head.toUpperCase()), ...cells.map((row) => row.map(textOf))];
  const widths = columns.map((_, place) => Math.max(...texts.map((row) => widthOf(row[place] ?? ""))));
  return texts.map((row) =>
    row
      .map((text, place) => {
        const space = " ".repeat((widths[place] ?? 0) - widthOf(text));
        return isNumber[place] === true ? space + text : text + space;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** As much of a line as a terminal has room for; what is read by programs is never cut. */
export function cutTo(width: number, line: string): string {
  if (widthOf(line) <= width) return line;
  let cut = "";
  for (const { segment } of segmenter.segment(line)) {
    if (widthOf(cut + segment) >= width) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** One object: a name and its value a line. */
export function fieldLines(fields: readonly (readonly [string, Cell])[]): string[] {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${textOf(value)}`);
}

/** On one line, without anything that moves a terminal's cursor: what others wrote is only shown. */
export function textOf(value: Cell): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  // oxlint-disable-next-line no-control-regex -- control characters are what is meant
  return stripVTControlCharacters(String(value)).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
