// What data is there, and what does it mean? Every dataset, found by any word of it.
import type { CatalogDataset } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { listOf, oneOf, textOf } from "../../frame/search.ts";
import { count } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { found, kinds, kindWords } from "./found.ts";
import { Personal } from "./personal.tsx";

export function Data() {
  return (
    <Screen
      title="Catalogue"
      lead="What data is there, what does it mean, and how new is it?"
      actions={
        <>
          <a className="button" href="/v1/catalog?format=markdown" download="catalogue.md">
            Markdown
          </a>
          <a className="button" href="/v1/catalog?format=dbt" download="sources.yml">
            dbt sources
          </a>
        </>
      }
    >
      <Needs operation="listDatasets">
        <Datasets />
      </Needs>
    </Screen>
  );
}

export function useCatalogue() {
  return useQuery({
    queryKey: ["catalog"],
    queryFn: () => read(api.v1.catalog.$get({ query: {} })),
    staleTime: 30_000,
  });
}

function Datasets() {
  const query = useCatalogue();
  const [search, change] = useSearchState();
  const words = textOf(search["q"]) ?? "";
  const kind = oneOf(search["kind"], kinds);
  const isPersonal = listOf(search["personal"]) !== undefined;
  return (
    <>
      <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Field label="Search" hint="names, columns, meanings">
          <input
            type="search"
            value={words}
            onChange={({ target }) => change({ q: target.value }, { replace: true })}
          />
        </Field>
        <Field label="Kind">
          <select value={kind ?? ""} onChange={({ target }) => change({ kind: target.value })}>
            <option value="">every kind</option>
            {kinds.map((each) => (
              <option key={each} value={each}>
                {kindWords[each]}
              </option>
            ))}
          </select>
        </Field>
        <label className="row" style={{ minHeight: "var(--control)" }}>
          <input
            type="checkbox"
            checked={isPersonal}
            onChange={({ target }) => change({ personal: target.checked ? "yes" : undefined })}
          />
          with personal data
        </label>
      </form>
      <Asked query={query} what="Datasets">
        {({ data }) => {
          const shown = found(data, { words, kind, isPersonal });
          return (
            <>
              <p className="small soft" role="status">
                {shown.length === data.length
                  ? `${count(data.length)} datasets`
                  : `${count(shown.length)} of ${count(data.length)} datasets`}
              </p>
              {shown.length === 0 ? (
                <Empty title="Nothing has all of these words." />
              ) : (
                <Table label="Datasets" columns={columns} rows={shown} keyOf={({ name }) => name} />
              )}
            </>
          );
        }}
      </Asked>
    </>
  );
}

const columns = [
  {
    head: "Name",
    cell: ({ name }: CatalogDataset) => (
      <Link to="/data/$dataset" params={{ dataset: name }} className="mono">
        {name}
      </Link>
    ),
  },
  { head: "Kind", cell: ({ kind }: CatalogDataset) => <Badge>{kindWords[kind]}</Badge> },
  {
    head: "Meaning",
    isWide: true,
    cell: ({ description, personal_data }: CatalogDataset) => (
      <>
        {description} <Personal of={personal_data} />
      </>
    ),
  },
  {
    head: "Rows",
    isNumber: true,
    cell: ({ row_count, row_count_is_estimate }: CatalogDataset) =>
      row_count === null ? "" : `${row_count_is_estimate === true ? "≈ " : ""}${count(row_count)}`,
  },
  {
    head: "Newest",
    cell: ({ freshness: { newest_at } }: CatalogDataset) =>
      newest_at === null ? "" : <When at={newest_at} relative />,
  },
];
