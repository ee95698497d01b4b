// How did a load end? A load that was read to its end needs no word: reading it again ends the same way. That one failed,
// or was opened again after that, is written into the raw zone, where a rebuild finds it.
import type { LoadId } from "@almanac/domain/ids";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";

const markSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("failed"), code: z.string(), detail: z.string() }),
  z.object({ state: z.literal("open") }),
]);

export type EndMark = z.output<typeof markSchema>;

const folderOf = (loadId: LoadId) => `ends/${loadId}/`;

/** Adds a mark behind the others, whatever the clocks of those say who wrote them; the newest one holds. */
export async function markEnd(
  lake: Pick<Lake, "putNamed" | "list">,
  loadId: LoadId,
  now: Temporal.Instant,
  mark: EndMark,
): Promise<void> {
  const newest = await newestOf(lake, loadId);
  const behind = newest === null ? 0n : BigInt(newest.slice(folderOf(loadId).length).split("-")[0]!) + 1n;
  const at = now.epochNanoseconds / 1_000n;
  const place = String(at > behind ? at : behind).padStart(17, "0");
  await lake.putNamed(`${folderOf(loadId)}${place}-${mark.state}.json`, Buffer.from(`${JSON.stringify(mark)}\n`));
}

/** For a load that ends in order: a failure that the raw zone still tells of is over. */
export async function clearFailure(
  lake: Pick<Lake, "putNamed" | "getNamed" | "list">,
  loadId: LoadId,
  now: Temporal.Instant,
): Promise<void> {
  if ((await readEnd(lake, loadId))?.state === "failed") await markEnd(lake, loadId, now, { state: "open" });
}

/** The newest mark; null: none was needed. */
export async function readEnd(lake: Pick<Lake, "list" | "getNamed">, loadId: LoadId): Promise<EndMark | null> {
  const newest = await newestOf(lake, loadId);
  const bytes = newest === null ? null : await lake.getNamed(newest);
  return bytes === null ? null : markSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
}

async function newestOf(lake: Pick<Lake, "list">, loadId: LoadId): Promise<string | null> {
  let newest: string | null = null;
  for await (const { name } of lake.list(folderOf(loadId))) {
    newest = name;
  }
  return newest;
}
