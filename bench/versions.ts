// (b) What do versions cost? 1,000 locations on 300 shared calendars, 500 syncs of which 1 % change something: bytes
// stored, WAL, buffers and time of reads, beside the brief's scheme that copies every row for every version.
import type { Queryable } from "@almanac/db/database";
import { readHolidays } from "@almanac/db/holidays";
import { readCurrentHolidays } from "@almanac/db/holidays/current";
import { readPinsAsOf } from "@almanac/db/pins";
import { openReader } from "@almanac/db/reader";
import type { LocationId } from "@almanac/domain/ids";
import { type CopyScheme, createCopyScheme } from "./copy-scheme.ts";
import { buffersOf, statementsOf, storedBytes, type WalBytes, walOf } from "./counters.ts";
import { bytes, type Mark, rounded, type Say, type Scale, table } from "./marks.ts";
import { alternate, median, medianRatio, quantile, timed } from "./measure.ts";
import { type ScratchServer, startScratchServer, withClient } from "./scratch-server.ts";
import { editSome, newestYear, populate, syncAll, thisYear, type World } from "./world.ts";

// Between checkpoints as many syncs are requested at a time as this, and share their fetches as concurrent ones do.
const together = 10;

interface Size {
  locations: number;
  calendars: number;
  /** Ascending; the last one is how many syncs there are. These syncs change nothing. */
  checkpoints: readonly number[];
  /** Up to here the brief's scheme really runs; beyond, its rows are written at once. */
  copiesReally: number;
  reads: { rounds: number; each: number };
}

const sizes: Record<Scale, Size> = {
  full: {
    locations: 1_000,
    calendars: 300,
    checkpoints: [1, 10, 100, 500],
    copiesReally: 10,
    reads: { rounds: 11, each: 400 },
  },
  quick: { locations: 20, calendars: 6, checkpoints: [1, 3, 6], copiesReally: 3, reads: { rounds: 3, each: 20 } },
};

export async function versions(scale: Scale, say: Say): Promise<Mark[]> {
  const size = sizes[scale];
  const server = await startScratchServer(scale);
  try {
    await server.run("create extension pg_walinspect");
    // Bytes are counted here, not seconds: no sync has to wait for the disk.
    await server.run("alter database almanac set synchronous_commit = off");
    say(
      `${size.locations} locations, ${size.calendars} calendars, ${size.checkpoints.at(-1)} syncs, 1 % of them changing something`,
    );
    const ours = await measureOurs(server, size, say);
    const copies = await measureCopies(server, size, ours, say);
    return report(ours, copies, say);
  } finally {
    await server.close();
  }
}

/** What stands at a checkpoint. */
interface Checkpoint {
  syncs: number;
  stored: number;
  /** Of the sync that led here, which changed nothing; null where it was not measured. */
  wal: WalBytes | null;
  buffers: { current: number; asOf: number };
}

interface Ours {
  checkpoints: Checkpoint[];
  locationIds: readonly LocationId[];
  holidays: readonly { name: string; date: string }[];
  /** p50 with all versions to p50 with one. */
  slowdown: { current: number; asOf: number };
}

async function measureOurs(server: ScratchServer, size: Size, say: Say): Promise<Ours> {
  const world = await populate(server.database, size);
  const checkpoints: Checkpoint[] = [];
  const stamps: { syncs: number; at: string }[] = [];
  const asOf = (syncs: number) => (stamps.findLast((stamp) => stamp.syncs <= syncs) ?? stamps[0]!).at;
  const sync = async (years: number[] | null, times: number) => {
    await syncAll(world, years, times);
    stamps.push({ syncs: (stamps.at(-1)?.syncs ?? 0) + times, at: Temporal.Now.instant().toString() });
  };
  let urlAtOne = "";
  let done = 0;
  for (const syncs of size.checkpoints) {
    while (done < syncs - 1) {
      const times = Math.min(together, syncs - 1 - done);
      for (let time = 0; time < times; time += 1) editSome(world, done + time);
      // Only the year is fetched in which the changes are: an eighth of the work, the same versions.
      await sync([newestYear], times);
      done += times;
    }
    const wal = await walOf(world.database, () => sync(null, 1));
    done += 1;
    say(`our scheme after ${syncs} syncs`);
    checkpoints.push({
      syncs,
      stored: await storedBytes(world.database),
      wal,
      buffers: await buffersOfReads(server.url, world, asOf(syncs / 2)),
    });
    if (urlAtOne === "") {
      urlAtOne = await server.copy("at_one");
      world.database = server.database;
    }
  }
  return {
    checkpoints,
    locationIds: world.locationIds,
    holidays: await holidaysOf(world),
    slowdown: await slowdown(size, world, {
      first: { url: urlAtOne, asOf: asOf(1) },
      all: { url: server.url, asOf: asOf(done / 2) },
    }),
  };
}

const range = {
  from: `${thisYear}-01-01`,
  to: `${thisYear}-12-31`,
  types: ["public"],
  basis: "both",
  withNames: false,
} as const;

function readCurrent(database: Queryable, locationId: LocationId) {
  return readCurrentHolidays(database, [{ locationId, range }]);
}

async function readAsOf(database: Queryable, locationId: LocationId, asOf: string) {
  const [found] = await readPinsAsOf(database, [locationId], asOf);
  return readHolidays(database, [found!.pin!], range);
}

/** The most that any of some locations' reads touch. */
async function buffersOfReads(url: string, world: World, asOf: string): Promise<Checkpoint["buffers"]> {
  const some = sample(world.locationIds, 5);
  return withClient(url, async (client) => {
    const touched = async (read: (recorder: Queryable, locationId: LocationId) => Promise<unknown>) => {
      const each: number[] = [];
      for (const locationId of some) {
        const statements = await statementsOf(world.database, (recorder) => read(recorder, locationId));
        let sum = 0;
        for (const statement of statements) sum += await buffersOf(client, statement);
        each.push(sum);
      }
      return Math.max(...each);
    };
    return { current: await touched(readCurrent), asOf: await touched((recorder, id) => readAsOf(recorder, id, asOf)) };
  });
}

function sample<Item>(items: readonly Item[], count: number): Item[] {
  return Array.from({ length: count }, (_, place) => items[Math.floor(((place + 0.5) * items.length) / count)]!);
}

async function holidaysOf({ database, calendars }: World): Promise<Ours["holidays"]> {
  const every = { from: "1900-01-01", to: "2200-12-31", types: "all", basis: "both", withNames: false } as const;
  const [list] = await readHolidays(database, [{ calendarId: calendars[0]!.calendarId, revision: 1 }], every);
  return list!.map(({ name, date }) => ({ name, date }));
}

interface Side {
  url: string;
  asOf: string;
}

/** Reads of the same locations with one version and with all of them, taking turns. */
async function slowdown(size: Size, world: World, sides: { first: Side; all: Side }): Promise<Ours["slowdown"]> {
  const first = openReader({ url: sides.first.url });
  const all = openReader({ url: sides.all.url });
  const { rounds, each } = size.reads;
  const locationIds = sample(world.locationIds, each);
  const p50 = async (read: (locationId: LocationId) => Promise<unknown>) => {
    const times: number[] = [];
    for (const locationId of locationIds) times.push(await timed(() => read(locationId)));
    return quantile(times, 0.5);
  };
  const ratioOf = async (read: (reader: Queryable, locationId: LocationId, asOf: string) => Promise<unknown>) => {
    const ours = () => p50((id) => read(all, id, sides.all.asOf));
    const limit = () => p50((id) => read(first, id, sides.first.asOf));
    await ours();
    await limit();
    return medianRatio(await alternate(rounds, { ours, limit }), (time) => time);
  };
  try {
    return { current: await ratioOf(readCurrent), asOf: await ratioOf(readAsOf) };
  } finally {
    await Promise.all([first.close(), all.close()]);
  }
}

async function measureCopies(server: ScratchServer, size: Size, ours: Ours, say: Say): Promise<Checkpoint[]> {
  await server.run("create database copies");
  await server.run("alter database copies set synchronous_commit = off");
  const url = Object.assign(new URL(server.url), { pathname: "/copies" }).href;
  return withClient(url, async (client) => {
    await client.query("create extension pg_walinspect");
    const scheme = await createCopyScheme(client, ours);
    const checkpoints: Checkpoint[] = [];
    let done = 0;
    for (const syncs of size.checkpoints) {
      let wal: WalBytes | null = null;
      if (syncs <= size.copiesReally) {
        while (done < syncs) {
          done += 1;
          wal = await walOf(client, () => scheme.sync(done));
        }
        await client.query("analyze holidays");
      } else {
        await scheme.fill(syncs);
      }
      say(`the brief's scheme after ${syncs} syncs`);
      checkpoints.push({ syncs, wal, stored: await storedBytes(client), buffers: await copiedBuffers(scheme, syncs) });
    }
    return checkpoints;

    async function copiedBuffers(of: CopyScheme, syncs: number): Promise<Checkpoint["buffers"]> {
      const [locationId] = sample(ours.locationIds, 1);
      return {
        current: await buffersOf(client, of.current(locationId!, thisYear)),
        asOf: await buffersOf(client, of.asOf(locationId!, thisYear, Math.ceil(syncs / 2))),
      };
    }
  });
}

function report(ours: Ours, copies: Checkpoint[], say: Say): Mark[] {
  const locations = ours.locationIds.length;
  const perLocation = (wal: WalBytes | null) => (wal === null ? "" : bytes(wal.records / locations));
  const rows = ours.checkpoints.map((own, place) => {
    const copy = copies[place]!;
    return [
      String(own.syncs),
      `${bytes(own.stored)} / ${bytes(copy.stored)}`,
      rounded(copy.stored / own.stored),
      `${perLocation(own.wal)} / ${perLocation(copy.wal)}`,
      `${own.buffers.current} / ${copy.buffers.current}`,
      `${own.buffers.asOf} / ${copy.buffers.asOf}`,
    ];
  });
  say(table(["syncs", "stored: ours / copies", "ratio", "WAL a location", "buffers current", "as-of"], rows));
  const last = ours.checkpoints.at(-1)!;
  const unchanged = ours.checkpoints.filter((each) => each.syncs > 1 && each.wal !== null).map((each) => each.wal!);
  say(
    `whole-page images on top of an unchanged sync's WAL: ${bytes(median(unchanged.map((wal) => wal.pageImages)) / locations)} a location`,
  );
  return [
    {
      name: "A1 stored bytes, the brief's scheme / ours",
      value: copies.at(-1)!.stored / last.stored,
      wants: "at least",
      limit: 200,
    },
    {
      name: "A2 WAL of an unchanged sync of one location",
      value: Math.max(...unchanged.map((wal) => wal.records)) / locations,
      wants: "at most",
      limit: 512,
      unit: "B",
    },
    { name: "A3 buffers of a current read", value: last.buffers.current, wants: "at most", limit: 10 },
    { name: "A3 buffers of an as-of read", value: last.buffers.asOf, wants: "at most", limit: 20 },
    {
      name: "A3 p50 of a current read, all versions / one",
      value: ours.slowdown.current,
      wants: "at most",
      limit: 1.1,
    },
    { name: "A3 p50 of an as-of read, all versions / one", value: ours.slowdown.asOf, wants: "at most", limit: 1.1 },
  ];
}
