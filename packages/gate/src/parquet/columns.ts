// Which columns a Parquet file has, and which of them cannot be taken. The file's metadata is changed on the way, so that
// hyparquet leaves decimals as the integers that they are.
import { AppError } from "@almanac/domain/errors";
import type { FileMetaData, SchemaTree } from "hyparquet";
import { parquetSchema } from "hyparquet";
import type { Column } from "./values.ts";

const mostScale = 1000;
const unreadable = new Set(["BSON", "INTERVAL", "MAP", "MAP_KEY_VALUE", "VARIANT", "GEOMETRY", "GEOGRAPHY"]);

/** The columns by name. Throws `parquet.column_unreadable` and `parquet.columns_invalid` (incorrect). */
export function columnsOf(metadata: FileMetaData, required: readonly string[]): Map<string, Column> {
  const columns = new Map<string, Column>();
  for (const tree of parquetSchema(metadata).children) {
    if (columns.has(tree.element.name)) throw invalid(`The file has the column ${tree.element.name} twice.`);
    columns.set(tree.element.name, columnOf(tree));
  }
  const missing = required.filter((name) => !columns.has(name));
  if (missing.length > 0) throw invalid(`The file lacks the columns ${missing.join(", ")}.`);
  return columns;
}

function columnOf(tree: SchemaTree): Column {
  const { element } = tree;
  const kind = element.logical_type?.type ?? element.converted_type ?? "";
  // A key of a map may be there twice, and hyparquet would let the last one win.
  if (unreadable.has(kind) || element.name === "__proto__") {
    throw new AppError("incorrect", {
      code: "parquet.column_unreadable",
      detail: `The column ${tree.path.join(".")} cannot be read${kind === "" ? "" : `: it is a ${kind}`}. Metadata may be a text of JSON.`,
    });
  }
  const isDecimal = element.logical_type?.type === "DECIMAL" || element.converted_type === "DECIMAL";
  const logicalScale = element.logical_type?.type === "DECIMAL" ? element.logical_type.scale : undefined;
  const scale = isDecimal ? (element.scale ?? logicalScale ?? 0) : null;
  if (scale !== null && (scale < 0 || scale > mostScale))
    throw invalid(`${tree.path.join(".")} has a scale of ${scale}.`);
  const isLocalTime = element.logical_type?.type === "TIMESTAMP" && !element.logical_type.isAdjustedToUTC;
  if (isDecimal) {
    delete element.converted_type;
    delete element.logical_type;
  }
  const [repeated] = tree.children;
  // The usual list of three levels, and the older one of two.
  const isList = element.converted_type === "LIST" || element.logical_type?.type === "LIST";
  const [only, more] = isList && repeated !== undefined ? repeated.children : [];
  const inside = !isList
    ? tree.children
    : only !== undefined && more === undefined
      ? [only]
      : repeated === undefined
        ? []
        : [repeated];
  return { tree, name: element.name, children: inside.map(columnOf), scale, isList, isLocalTime };
}

function invalid(detail: string): AppError {
  return new AppError("incorrect", { code: "parquet.columns_invalid", detail });
}
