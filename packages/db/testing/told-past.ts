// Histories at chosen instants: what was loaded and synced just now is dated back, in the order in which it happened.
import type { Database } from "@almanac/db/database";
import type { LoadId, LocationId } from "@almanac/domain/ids";

/** The batches of a load, in their order, as committed at these instants (RFC 3339). */
export async function dateBatches(database: Database, loadId: LoadId, instants: readonly string[]): Promise<void> {
  await database.query(
    `update batch b set committed_at = d.at
     from (select batch_id, row_number() over (order by from_line) as place from batch where load_id = $1) k
     join unnest($2::timestamptz[]) with ordinality d (at, place) on d.place = k.place
     where b.batch_id = k.batch_id`,
    [loadId, instants],
  );
}

/** Locations as registered at an instant, in the only state that they had so far. */
export async function dateLocations(database: Database, ids: readonly LocationId[], at: string): Promise<void> {
  await database.query("update location_state set recorded = tstzrange($2, null) where location_id = any($1)", [
    ids,
    at,
  ]);
}

/** The newest version of each of these locations as synced at an instant; it must be the only one of its run. */
export async function dateVersion(database: Database, ids: readonly LocationId[], at: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query("set local almanac.pruning = 'on'");
    await tx.query(
      `update location_version_run r set first_synced_at = $2, synced_at = array[$2::timestamptz]
       where location_id = any($1)
         and first_version = (select max(first_version) from location_version_run x where x.location_id = r.location_id)`,
      [ids, at],
    );
  });
}
