// What is this dataset, where does it come from, and where does it go?
import type { CatalogDataset } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { count, instantText } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Card, Facts } from "../../parts/card.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { kindWords } from "./found.ts";
import { LineageGraph } from "./lineage-graph.tsx";
import { Personal } from "./personal.tsx";

export function Dataset() {
  const { dataset = "" } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ["catalog", dataset],
    queryFn: () => read(api.v1.catalog[":dataset"].$get({ param: { dataset }, query: {} })),
  });
  return (
    <Screen
      title={dataset}
      lead="What is this, and where does it come from?"
      actions={<Link to="/data">All datasets</Link>}
    >
      <Asked query={query} what={dataset}>
        {(known) => (
          <>
            <Card title="What it is" aside={<Badge>{kindWords[known.kind]}</Badge>}>
              <p>{known.description}</p>
              <Facts of={factsOf(known)} />
            </Card>
            <Card title="Lineage">
              <LineageGraph of={known} />
            </Card>
            {known.columns.length === 0 ? null : (
              <Card title={known.kind === "event_type" ? "Fields of metadata" : "Columns"}>
                <Table label="Columns" columns={columns} rows={known.columns} keyOf={({ name }) => name} />
              </Card>
            )}
          </>
        )}
      </Asked>
    </Screen>
  );
}

const personalWords = {
  none: "none",
  pseudonym: "pseudonyms of persons",
  possible: "whatever senders write",
  direct: "yes",
};

function factsOf({ owner, personal_data, freshness, row_count, row_count_is_estimate, quality }: CatalogDataset) {
  return [
    ["Owner", owner],
    ["New rows", freshness.refresh],
    ["Newest", freshness.newest_at === null ? "not told" : instantText(freshness.newest_at)],
    ["Rows", row_count === null ? "not told" : `${row_count_is_estimate === true ? "about " : ""}${count(row_count)}`],
    ["Personal data", personalWords[personal_data]],
    ...(quality === null
      ? []
      : [["Refused at the gate", `${count(quality.refused)} of ${count(quality.checked)}`] as const]),
  ] as const;
}

type Column = CatalogDataset["columns"][number];

const columns = [
  {
    head: "Name",
    cell: ({ name, key }: Column) => (
      <span className="row" id={name}>
        <span className="mono">{name}</span>
        {key ? <Badge tone="note">key</Badge> : null}
      </span>
    ),
  },
  {
    head: "Type",
    cell: ({ type, nullable }: Column) => (
      <span className="small soft">
        {type}
        {nullable ? " or null" : ""}
      </span>
    ),
  },
  {
    head: "Meaning",
    isWide: true,
    cell: ({ description, unit, personal_data, masked }: Column) => (
      <div>
        {description} {unit === null ? null : <span className="soft">In {unit}.</span>} <Personal of={personal_data} />{" "}
        {masked ? <Badge tone="good">masked</Badge> : null}
      </div>
    ),
  },
  {
    head: "Leads to",
    cell: ({ references }: Column) =>
      references === null ? null : (
        <Link
          to="/data/$dataset"
          params={{ dataset: references.slice(0, references.lastIndexOf(".")) }}
          className="mono"
        >
          {references}
        </Link>
      ),
  },
];
