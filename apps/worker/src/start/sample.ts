// The first start: something to query. The members that the brief shows, and a small sample of checkout traffic with the
// members that it names, taken in like anybody's feeds and uploads.
import { listLoads } from "@almanac/db/loads";
import type { Dataset } from "@almanac/domain/load/media";
import { generateSample } from "@almanac/sample/generate";
import { generateMembers } from "@almanac/sample/members";
import { acceptLoad, type LoadRequest } from "@almanac/usecases/accept-load";
import type { WorkerDeps } from "../deps.ts";
import { acceptDeps } from "../load/sweep.ts";

const seed = 1;
const sampleDays = 120;

// As the brief shows them.
const briefMembers = {
  users: `user_id,name,email,country
123e4567-e89b-12d3-a456-426614174000,John Doe,john.doe@example.com,USA
789e4567-e89b-12d3-a456-426614174001,Jane Doe,jane.doe@example.com,Canada
`,
  tickets: `ticket_id,event_name,ticket_price
543f6bcd-6621-3373-8cde-4e832627b4f8,Music Concert,99.99
678f6bcd-5621-3373-8bde-4e832627b4f7,Theater Play,49.99
`,
  articles: `article_id,article_name,price,currency
98765,Winter Jacket,29.99,USD
12345,Running Shoes,59.99,USD
`,
};

/** Takes the sample in where no event was ever loaded; true when it did. Several starts at once are one load of events. */
export async function loadSample(deps: WorkerDeps, events: number): Promise<boolean> {
  if ((await listLoads(deps.database, { limit: 1, dataset: "events" })).length > 0) {
    return false;
  }
  const yesterday = deps.now().toZonedDateTimeISO("UTC").toPlainDate().subtract({ days: 1 });
  const days = { from: yesterday.subtract({ days: sampleDays - 1 }).toString(), to: yesterday.toString() };
  const sample = { seed, events, ...days };
  for (const dimension of ["users", "tickets", "articles"] as const) {
    await takeIn(deps, dimension, { mediaType: "text/csv", body: inBlocks([Buffer.from(briefMembers[dimension])]) });
    await takeIn(deps, dimension, { body: inBlocks(await generateMembers({ ...sample, dimension })) });
  }
  await takeIn(deps, "events", { body: (await generateSample(sample)).body() });
  return true;
}

function takeIn(deps: WorkerDeps, dataset: Dataset, own: Pick<LoadRequest, "body"> & Partial<LoadRequest>) {
  return acceptLoad(acceptDeps(deps), {
    dataset,
    channel: "upload",
    mediaType: "application/x-ndjson",
    timeZone: null,
    requestedBy: "start",
    ...own,
  });
}

/** Gives way between two blocks. */
async function* inBlocks(blocks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const block of blocks) {
    yield block;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
