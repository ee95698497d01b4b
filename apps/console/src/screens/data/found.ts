// Which datasets have all of the words, anywhere in them?
import type { CatalogDataset } from "@almanac/client/contract";

export const kinds = ["table", "view", "event_type", "lake_zone", "source"] as const;

export const kindWords: Readonly<Record<CatalogDataset["kind"], string>> = {
  table: "table",
  view: "view",
  event_type: "event type",
  lake_zone: "lake",
  source: "source",
};

export interface Asked {
  words: string;
  kind?: CatalogDataset["kind"] | undefined;
  isPersonal?: boolean;
}

/** In the order of the catalogue. */
export function found(
  datasets: readonly CatalogDataset[],
  { words, kind, isPersonal = false }: Asked,
): CatalogDataset[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return datasets.filter((dataset) => {
    if (kind !== undefined && dataset.kind !== kind) return false;
    if (isPersonal && dataset.personal_data === "none") return false;
    const text = [dataset.name, dataset.description, dataset.owner, ...dataset.columns.flatMap(textsOf)]
      .join(" ")
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

function textsOf({ name, description }: CatalogDataset["columns"][number]): string[] {
  return [name, description ?? ""];
}
