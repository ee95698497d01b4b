// A dataset as JSON, as the document describes it.
import { personalDataClasses } from "@almanac/domain/catalogue/notes";
import { z } from "@hono/zod-openapi";
import { type Dataset, datasetKinds, type Measures } from "./dataset.ts";

const personalData = z.enum(personalDataClasses).openapi({
  description:
    "Who may be found by it: `none`, `pseudonym` (a person, with other data), `possible` (whatever the sender wrote), `direct` (a person at once).",
});

const columnSchema = z
  .object({
    name: z.string().openapi({ description: "Of event types a field of metadata; members of objects by their path." }),
    type: z.string().openapi({ description: "PostgreSQL's, or JSON's for fields of metadata." }),
    nullable: z.boolean(),
    description: z.string().nullable(),
    unit: z.string().nullable(),
    personal_data: personalData,
    masked: z.boolean().openapi({ description: "Shown as `***` to whoever has not the role for personal data." }),
    key: z.boolean().openapi({ description: "Part of the primary key." }),
    references: z.string().nullable().openapi({ description: "`dataset.column` that its values are found in." }),
  })
  .openapi("CatalogColumn");

const neighbourSchema = z
  .object({
    dataset: z.string(),
    by: z.array(z.string()).openapi({ description: "What moves the data: `view`, a job, or other work by its name." }),
    columns: z
      .array(z.string())
      .nullable()
      .openapi({ description: "Columns of the upstream one that a view reads; null where it is no view." }),
  })
  .openapi("CatalogNeighbour");

export const datasetSchema = z
  .object({
    name: z.string().openapi({
      description: "`events`, `mart.fact_events`, `event_type.BarcodeScanned`, `lake.raw`, `source.callers`.",
    }),
    schema: z.string(),
    kind: z.enum(datasetKinds),
    description: z.string(),
    owner: z.string().openapi({ description: "The part of the product that answers for it, or a type's own owner." }),
    personal_data: personalData,
    columns: z.array(columnSchema),
    freshness: z.object({
      refresh: z.string().openapi({ description: "When it gets new rows." }),
      newest_at: z.string().nullable().openapi({
        format: "date-time",
        description:
          "The newest system time that it knows, of an event type its newest schema's; null where it knows none, or for callers who see no measures.",
      }),
    }),
    row_count: z.int().min(0).nullable().openapi({ description: "Null where nobody counts, or for callers as above." }),
    row_count_is_estimate: z
      .boolean()
      .nullable()
      .openapi({ description: "True: the planner's estimate, because counting would take too long." }),
    quality: z
      .object({
        checked: z
          .int()
          .min(0)
          .openapi({ description: "Lines of the newest 1,000 finished loads, or years of calendars." }),
        refused: z
          .int()
          .min(0)
          .openapi({ description: "Those of them that were rejects or conflicts, or have no answer." }),
        reject_rate: z.number().min(0).max(1).nullable().openapi({ description: "Null before the first check." }),
        last_check: z.string().nullable().openapi({ format: "date-time" }),
      })
      .nullable(),
    upstream: z.array(neighbourSchema),
    downstream: z.array(neighbourSchema),
  })
  .openapi("CatalogDataset");

export function presentDataset(dataset: Dataset): z.input<typeof datasetSchema> {
  const { measures } = dataset;
  return {
    name: dataset.name,
    schema: dataset.schema,
    kind: dataset.kind,
    description: dataset.description,
    owner: dataset.owner,
    personal_data: dataset.personalData,
    columns: dataset.columns.map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.isNullable,
      description: column.description,
      unit: column.unit,
      personal_data: column.personalData,
      masked: column.isMasked,
      key: column.isKey,
      references: column.references,
    })),
    freshness: { refresh: dataset.refresh, newest_at: measures?.newestAt ?? null },
    row_count: measures?.rowCount?.rows ?? null,
    row_count_is_estimate: measures?.rowCount?.isEstimate ?? null,
    quality: presentQuality(measures),
    upstream: dataset.upstream,
    downstream: dataset.downstream,
  };
}

function presentQuality(measures: Measures | null) {
  const quality = measures?.quality ?? null;
  return (
    quality && {
      checked: quality.checked,
      refused: quality.refused,
      reject_rate: rejectRate(quality),
      last_check: quality.lastCheckedAt,
    }
  );
}

/** Null where nothing was checked. */
export function rejectRate({ checked, refused }: { checked: number; refused: number }): number | null {
  return checked === 0 ? null : refused / checked;
}

export const exampleDataset: z.input<typeof datasetSchema> = {
  name: "mart.dim_users",
  schema: "mart",
  kind: "view",
  description: "Users; name and e-mail are masked for everybody who has not the rights of role almanac_personal_data.",
  owner: "analysis",
  personal_data: "direct",
  columns: [
    {
      name: "user_id",
      type: "uuid",
      nullable: true,
      description: "Unique identifier of the user.",
      unit: null,
      personal_data: "pseudonym",
      masked: false,
      key: false,
      references: "users.user_id",
    },
  ],
  freshness: { refresh: "with every read", newest_at: "2026-11-22T03:00:00.004511Z" },
  row_count: 4_127,
  row_count_is_estimate: false,
  quality: { checked: 4_127, refused: 2, reject_rate: 0.000_484_613_52, last_check: "2026-11-22T03:00:01.114Z" },
  upstream: [{ dataset: "users", by: ["view"], columns: ["country", "email", "name", "user_id"] }],
  downstream: [],
};
