// Where does a command speak? Data on stdout; everything else on stderr, what moves there on a terminal alone.
import { styleText } from "node:util";
import { wantsColour } from "../config.ts";
import { type Cell, type Column, cutTo, fieldLines, tableLines } from "./table.ts";

export interface Progress {
  /** `share` 0 to 1. */
  update(share: number, words: string): void;
  stop(): void;
}

export interface Output {
  isJson: boolean;
  /** A list: with `--json` the array as it came, else a table; an empty one says so on stderr. */
  rows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], whenEmpty: string): void;
  /** One object: with `--json` as it came, else its fields. */
  fields(whole: unknown, fields: readonly (readonly [string, Cell])[]): void;
  /** Data whose form is not ours to choose: CSV, iCalendar. */
  text(text: string): void;
  /** A line for people, on stderr. */
  note(line: string): void;
  /** `hasEnd` false: how much there is to do is not known. */
  progress(label: string, hasEnd?: boolean): Promise<Progress>;
}

type Style = Parameters<typeof styleText>[0];

export function openOutput(isJson: boolean): Output {
  const write = (lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  const writeJson = (value: unknown) => write([JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)]);
  return {
    isJson,
    rows(rows, columns, whenEmpty) {
      if (isJson) writeJson(rows);
      else if (rows.length === 0) note(whenEmpty);
      else
        write(
          tableLines(rows, columns)
            .map(fitted)
            .map((line, place) => (place === 0 ? paint("bold", line) : line)),
        );
    },
    fields(whole, fields) {
      if (isJson) writeJson(whole);
      else write(fieldLines(fields));
    },
    text: (text) => void process.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`),
    note,
    progress: (label, hasEnd = true) => openProgress(label, hasEnd),
  };
}

/** To the terminal's width; a pipe gets all of it. */
function fitted(line: string): string {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? cutTo(columns, line) : line;
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** On stdout. */
export function paint(style: Style, text: string): string {
  return wantsColour(process.stdout) ? styleText(style, text, { validateStream: false }) : text;
}

async function openProgress(label: string, hasEnd: boolean): Promise<Progress> {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const { SingleBar } = (await import("cli-progress")).default;
  const bar = new SingleBar({
    stream: process.stderr,
    format: hasEnd ? `${label} [{bar}] {percentage}% {words}` : `${label} {words}`,
    barCompleteChar: "=",
    barIncompleteChar: " ",
    barsize: 24,
    clearOnComplete: true,
    hideCursor: true,
    // Nothing but our own signals end this process.
    gracefulExit: false,
  });
  bar.start(1_000, 0, { words: "" });
  return {
    update: (share, words) => bar.update(Math.round(share * 1_000), { words }),
    stop: () => bar.stop(),
  };
}
