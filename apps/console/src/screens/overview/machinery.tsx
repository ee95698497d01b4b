// What runs by itself: schedules, workers, queues.
import type { Status } from "@almanac/client/contract";
import { Link } from "@tanstack/react-router";
import { count, shortId } from "../../frame/words.ts";
import { Status as StatusBadge } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";

type Schedule = NonNullable<Status["schedules"]>[number];
type Worker = NonNullable<Status["workers"]>[number];
type Queue = NonNullable<Status["queues"]>[number];

export function Schedules({ of }: { of: readonly Schedule[] }) {
  return (
    <Card title="Schedules">
      {of.length === 0 ? (
        <Empty title="Nothing runs by itself here.">Another scheduler is expected to call.</Empty>
      ) : (
        <Table label="Schedules" columns={scheduleColumns} rows={of} keyOf={({ name }) => name} />
      )}
    </Card>
  );
}

const scheduleColumns = [
  {
    head: "Schedule",
    cell: ({ name, cron, time_zone }: Schedule) => (
      <>
        {name}
        <div className="small soft">
          <code>{cron}</code> in {time_zone}
        </div>
      </>
    ),
  },
  {
    head: "Last",
    cell: ({ last_at, last_outcome }: Schedule) =>
      last_at === null ? (
        <span className="soft">not told</span>
      ) : (
        <>
          <When at={last_at} relative /> <StatusBadge of={last_outcome} />
        </>
      ),
  },
  { head: "Next", cell: ({ next_at }: Schedule) => <When at={next_at} relative /> },
];

export function Workers({ of }: { of: readonly Worker[] }) {
  return (
    <Card title="Workers">
      {of.length === 0 ? (
        <Empty title="No worker was seen in the last day." command="npm start" />
      ) : (
        <Table label="Workers" columns={workerColumns} rows={of} keyOf={({ worker_id }) => worker_id} />
      )}
    </Card>
  );
}

const workerColumns = [
  { head: "Worker", cell: ({ worker_id }: Worker) => <span className="mono">{shortId(worker_id)}</span> },
  { head: "Up since", cell: ({ started_at }: Worker) => <When at={started_at} /> },
  { head: "Seen", cell: ({ seen_at }: Worker) => <When at={seen_at} relative /> },
];

export function Queues({ of }: { of: readonly Queue[] }) {
  return (
    <Card title="Queues" aside={<Link to="/runs">Jobs</Link>}>
      <Table label="Queues" columns={queueColumns} rows={of} keyOf={({ name }) => name} />
    </Card>
  );
}

const queueColumns = [
  { head: "Queue", cell: ({ name }: Queue) => name },
  { head: "Waiting", isNumber: true, cell: ({ waiting }: Queue) => count(waiting) },
  { head: "Active", isNumber: true, cell: ({ active }: Queue) => count(active) },
  { head: "Delayed", isNumber: true, cell: ({ delayed }: Queue) => count(delayed) },
  { head: "Failed", isNumber: true, cell: ({ failed }: Queue) => count(failed) },
];
