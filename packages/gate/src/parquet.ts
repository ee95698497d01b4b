// What the events of a Parquet file are, row by row. The file is read from its end and in no order, so it needs random
// access; it is read a slice of a row group at a time, because a row group may have a million rows.
import { AppError } from "@almanac/domain/errors";
import { isReject } from "@almanac/domain/event/envelope";
import type { LinePlace, Reject } from "@almanac/domain/event/event";
import { localClock } from "@almanac/domain/event/local-clock";
import { PackedEvent, PackedEvents } from "@almanac/domain/event/packed";
import type { AsyncBuffer, ParquetScan } from "hyparquet";
import { parquetMetadataAsync, parquetScan } from "hyparquet";
import { requiredColumns } from "./event/found.ts";
import type { Judgement } from "./event/judge.ts";
import { judgeEvent } from "./event/judge.ts";
import type { GatedLine, GateOptions } from "./events.ts";
import { columnsOf } from "./parquet/columns.ts";
import { boundedCompressors } from "./parquet/compressors.ts";
import { readRow, rowText } from "./parquet/row.ts";
import type { Column } from "./parquet/values.ts";
import { exactParsers } from "./parquet/values.ts";
import type { RejectedLine } from "./records.ts";
import { defaultLineCapBytes, pace } from "./split/body.ts";

/** A file that can be read anywhere. */
export interface RandomAccess {
  byteLength: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Rows that are decoded at once: some 20 MB of values. */
const fewRows = 16_384;
/**
 * The same where a nested column has no index of its pages: the reader then decodes all of them for every slice, so that
 * small slices of a large row group would cost its square.
 */
const manyRows = 131_072;
/** Rows of an item: what about 256 KiB of lines are. */
const itemRows = 512;

/**
 * The rows of a file, as lines: line n is row n. Types are taken as they are (UUIDs, timestamps, dates, integers, a
 * struct or a text of JSON as metadata); timestamps that are not in UTC need `timeZone`. Never throws because of a bad
 * row; throws `parquet.invalid`, `parquet.columns_invalid`, `parquet.column_unreadable` (incorrect), and what `read` throws.
 */
export async function* gateParquet(
  file: RandomAccess,
  options: Omit<GateOptions, "mediaType">,
): AsyncGenerator<readonly GatedLine[]> {
  const judgement: Judgement = {
    schemas: options.schemas,
    clock: options.timeZone === null ? null : localClock(options.timeZone),
  };
  const breathe = pace(options.yieldEveryMs ?? 8);
  const reading = openFile(file);
  const { scan, columns } = await reading.open();
  const sliceRows = hasUnindexedNesting(scan) ? manyRows : fewRows;
  const gate = rowGate(columns, judgement, { capBytes: options.lineCapBytes ?? defaultLineCapBytes, ...options });
  for (const { rowStart, rowEnd } of scan.ranges) {
    for (let from = rowStart; from < rowEnd; from += sliceRows) {
      const rows = await reading.slice(scan, columns, from, Math.min(from + sliceRows, rowEnd), breathe);
      for (let first = 0; first < rows.length; first += itemRows) {
        yield gate(rows.slice(first, first + itemRows), from + first + 1);
        await breathe();
      }
    }
  }
}

function hasUnindexedNesting({ metadata }: ParquetScan): boolean {
  return metadata.row_groups.some(({ columns }) =>
    columns.some(
      (chunk) => (chunk.meta_data?.path_in_schema.length ?? 0) > 1 && chunk.offset_index_offset === undefined,
    ),
  );
}

/** A file whose reader's complaints become ours, and whose own errors stay what they are. */
function openFile(file: RandomAccess) {
  let readError: Error | null = null;
  const buffer: AsyncBuffer = {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      try {
        const bytes = await file.read(start, Math.max(0, Math.min(end, file.byteLength) - start));
        const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
        return (isWhole ? bytes : Uint8Array.from(bytes)).buffer as ArrayBuffer;
      } catch (error) {
        readError = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
    },
  };

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (readError !== null) throw readError;
      if (error instanceof AppError) throw error;
      throw invalid(error);
    }
  }

  return {
    open: () =>
      guarded(async () => {
        const metadata = await parquetMetadataAsync(buffer, { parsers: exactParsers, geoparquet: false });
        const columns = [...columnsOf(metadata, requiredColumns).values()];
        const scan = await parquetScan({
          file: buffer,
          metadata,
          compressors: boundedCompressors,
          parsers: exactParsers,
          utf8: false,
          geoparquet: false,
        });
        return { scan, columns };
      }),

    /** The rows of a slice, each as its values in the order of the columns. */
    slice: (
      scan: ParquetScan,
      columns: readonly Column[],
      rowStart: number,
      rowEnd: number,
      breathe: () => Promise<void> | undefined,
    ) =>
      guarded(async () => {
        const rows: unknown[][] = Array.from({ length: rowEnd - rowStart }, () => []);
        for (const { name } of columns) {
          const values = await scan.readColumn({ column: name, rowStart, rowEnd });
          if (values.length !== rows.length) throw invalid(new Error(`${values.length} values of ${name}`));
          for (const [index, row] of rows.entries()) row.push(values[index]);
          await breathe();
        }
        return rows;
      }),
  };
}

function invalid(cause: unknown): AppError {
  return new AppError("incorrect", { code: "parquet.invalid", detail: "The file is no readable Parquet file.", cause });
}

/** Judges some rows; `first` is the line of the first one. */
function rowGate(
  columns: readonly Column[],
  judgement: Judgement,
  { capBytes, packInto }: { capBytes: number } & Pick<GateOptions, "packInto">,
): (rows: readonly (readonly unknown[])[], first: number) => GatedLine[] {
  function rejected(values: readonly unknown[], place: LinePlace, reject: Reject): RejectedLine {
    const raw = rowText(columns, values);
    return { ...place, reject, raw: Buffer.byteLength(raw) > capBytes ? null : raw, rawBytes: null };
  }

  return (rows, first) => {
    const packed = packInto?.() ?? new PackedEvents();
    const texts = { textOf: ({ line }: LinePlace) => rowText(columns, rows[line - first] ?? []) };
    return rows.map((values, index) => {
      const place: LinePlace = { line: first + index, byteOffset: null, byteLength: null };
      const row = readRow(columns, values);
      if (row.reject !== null) return rejected(values, place, row.reject);
      const bytes =
        (row.extra?.length ?? 0) + (row.metadata !== null && "text" in row.metadata ? row.metadata.text.length : 0);
      if (bytes > capBytes) {
        const detail = `Its values have ${bytes} characters; at most ${capBytes} are read.`;
        return rejected(values, place, { code: "line.too_long", pointer: "", detail });
      }
      const judged = judgeEvent(row.found, row.metadata, row.extra, judgement);
      if (isReject(judged)) return rejected(values, place, judged);
      packed.add(judged, place, texts);
      return new PackedEvent(packed, packed.count - 1);
    });
  };
}
