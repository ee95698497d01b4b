// A dataset as the catalogue tells it, whatever it is: a table, a view, the events of a type, a zone of the lake, a source.
import type { Quality, RowCount } from "@almanac/db/catalogue/measures";
import type { PersonalData } from "@almanac/domain/catalogue/notes";

export const datasetKinds = ["table", "view", "event_type", "lake_zone", "source"] as const;
export type DatasetKind = (typeof datasetKinds)[number];

export interface Column {
  name: string;
  type: string;
  isNullable: boolean;
  description: string | null;
  unit: string | null;
  personalData: PersonalData;
  /** Shown as *** to whoever has not the role for personal data. */
  isMasked: boolean;
  isKey: boolean;
  isUnique: boolean;
  /** `relation.column`. */
  references: string | null;
  /** A foreign key makes sure of it. */
  isEnforced: boolean;
}

/** A dataset that another one comes from, or goes to. */
export interface Neighbour {
  dataset: string;
  /** What moves the data: `view`, `job event-load`, `post events` … */
  by: string[];
  /** The columns of the upstream one that are used; null where that is not known. */
  columns: string[] | null;
}

export interface Dataset {
  name: string;
  schema: string;
  kind: DatasetKind;
  description: string;
  owner: string;
  refresh: string;
  /** The strongest class of its columns. */
  personalData: PersonalData;
  columns: Column[];
  upstream: Neighbour[];
  downstream: Neighbour[];
  /** Null where they were not measured. */
  measures: Measures | null;
}

export interface Measures {
  /** The newest system time that it knows; null where it knows none. */
  newestAt: string | null;
  rowCount: RowCount | null;
  quality: Quality | null;
}
