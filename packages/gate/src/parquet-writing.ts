// A table as a Parquet file. It stands beside the reader: one package knows what a Parquet file is.
import { parquetWriteBuffer } from "hyparquet-writer";

export interface ParquetColumn {
  name: string;
  /** `TIMESTAMP` takes Date, `JSON` any value; every column may hold nulls. */
  type: "STRING" | "INT32" | "DOUBLE" | "BOOLEAN" | "TIMESTAMP" | "JSON";
  data: readonly unknown[];
}

/** The whole file in memory: for tables of some ten thousand rows. */
export function parquetOf(columns: readonly ParquetColumn[]): Uint8Array<ArrayBuffer> {
  const columnData = columns.map(({ name, type, data }) => ({ name, type, data: [...data], nullable: true }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
