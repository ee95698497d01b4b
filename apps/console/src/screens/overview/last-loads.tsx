// The newest files and what came of them.
import type { Load } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { count, shortId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Status } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { partsOf } from "../loads/rows.ts";

export function LastLoads() {
  const query = useQuery({
    queryKey: ["loads", "last"],
    queryFn: () => read(api.v1.loads.$get({ query: { limit: 8, channel: ["upload", "inbox", "replay"] } })),
    refetchInterval: 10_000,
  });
  return (
    <Card title="Last loads" aside={<Link to="/loads">All loads</Link>}>
      <Asked query={query} what="Loads">
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="Nothing was loaded yet." command="npx almanac load file sales.ndjson --wait" />
          ) : (
            <Table label="Last loads" columns={columns} rows={data} keyOf={({ load_id }) => load_id} />
          )
        }
      </Asked>
    </Card>
  );
}

/** `12 inserted, 1 rejected`: what there is none of is not told. */
function rowsWords(rows: Load["rows"]): string {
  return partsOf(rows)
    .filter((part) => part.count > 0)
    .map((part) => `${count(part.count)} ${part.name}`)
    .join(", ");
}

const columns = [
  {
    head: "Load",
    isWide: true,
    cell: ({ load_id, file_name, status, rows }: Load) => (
      <>
        <Link to="/loads/$loadId" params={{ loadId: load_id }}>
          {file_name ?? shortId(load_id)}
        </Link>{" "}
        <Status of={status} />
        <div className="small soft">{rowsWords(rows)}</div>
      </>
    ),
  },
  { head: "Lines", isNumber: true, cell: ({ rows }: Load) => count(rows.total) },
  { head: "When", cell: ({ finished_at }: Load) => <When at={finished_at} none="not yet" relative /> },
];
