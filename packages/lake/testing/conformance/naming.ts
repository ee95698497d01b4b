// Objects under names of the caller's: the first writer wins, lists are in order, names stay inside the zone.
import { describe, expect, test } from "vitest";
import { filedAs, inChunks, lines } from "../bodies.ts";
import type { Stage } from "./conformance.ts";

const refused = { category: "fault", code: "lake.name_refused" };

export function naming({ kind, zone }: Stage): void {
  describe("naming", () => {
    test("a named object is written once: a second writer gets false, whatever it brings", async () => {
      const { lake, another, names, remains } = zone();
      expect(await lake.getNamed("journal/000000000001.ndjson")).toBeNull();
      expect(await lake.putNamed("journal/000000000001.ndjson", Buffer.from("first"))).toBe(true);
      expect(await lake.putNamed("journal/000000000001.ndjson", Buffer.from("first"))).toBe(false);
      expect(await another().putNamed("journal/000000000001.ndjson", Buffer.from("second"))).toBe(false);
      expect(Buffer.from((await lake.getNamed("journal/000000000001.ndjson"))!).toString()).toBe("first");
      expect(names()).toEqual(["journal/000000000001.ndjson"]);
      expect(remains()).toEqual([]);
    });

    test("of twelve writers at once exactly one wins, and its bytes are the object", async () => {
      const { lake, another } = zone();
      // A bucket without conditional writes keeps this promise inside a process only.
      const lakes = kind === "file" ? [lake, another(), another()] : [lake];
      const won = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          lakes[index % lakes.length]!.putNamed("manifests/one.json", Buffer.from(`writer ${index}`)),
        ),
      );
      const winners = won.flatMap((isFirst, index) => (isFirst ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(Buffer.from((await lake.getNamed("manifests/one.json"))!).toString()).toBe(`writer ${winners[0]}`);
    });

    test("an empty object is an object", async () => {
      const { lake } = zone();
      expect(await lake.putNamed("journal/empty", Buffer.of())).toBe(true);
      expect(await lake.getNamed("journal/empty")).toHaveLength(0);
      expect(await lake.putNamed("journal/empty", Buffer.of())).toBe(false);
    });

    test.each([
      "",
      ".",
      "..",
      "../outside",
      "journal/../../outside",
      "/etc/passwd",
      "journal//x",
      "journal/",
      "journal/.hidden",
      ".incoming/x",
      "journal/a\\b",
      "journal/a\0b",
      "journal/ä",
      "journal/a%2fb",
      `journal/${"x".repeat(201)}`,
    ])("the name %j is refused", async (name) => {
      const { lake, names } = zone();
      await expect(async () => lake.putNamed(name, Buffer.from("x"))).rejects.toMatchObject(refused);
      await expect(async () => lake.getNamed(name)).rejects.toMatchObject(refused);
      await expect(lake.check({ name, uri: "", storedBytes: 0 })).rejects.toMatchObject(refused);
      await expect(lake.open(`file:${name}`, { sha256: Buffer.alloc(32), bytes: 0 })).rejects.toMatchObject(refused);
      await expect(lake.putRaw(inChunks(lines(1)), { ...filedAs, source: name })).rejects.toMatchObject(refused);
      await expect(lake.putRaw(inChunks(lines(1)), { ...filedAs, extension: name })).rejects.toMatchObject(refused);
      expect(names()).toEqual([]);
    });

    test("a name below raw/ is content: nobody else writes there", async () => {
      const { lake } = zone();
      await expect(async () => lake.putNamed("raw/events/2026-11-22/x", Buffer.from("x"))).rejects.toMatchObject(
        refused,
      );
    });

    test("a list is what begins with the prefix, in the order of the names, across pages", async () => {
      const { lake, plant } = zone();
      const journal = Array.from({ length: 1100 }, (_, index) => `journal/${String(index).padStart(12, "0")}.ndjson`);
      for (const name of journal) plant(name, Buffer.from(name));
      await lake.putNamed("manifests/a.json", Buffer.from("{}"));
      const { uri, storedBytes } = await lake.putRaw(inChunks(lines(5)), filedAs);
      const listed = async (prefix: string) => {
        const names: string[] = [];
        for await (const object of lake.list(prefix)) names.push(object.name);
        return names;
      };
      expect(await listed("journal/")).toEqual(journal);
      expect(await listed("journal/0000000010")).toEqual(journal.slice(1000));
      expect(await listed("man")).toEqual(["manifests/a.json"]);
      expect(await listed("nothing/")).toEqual([]);
      expect(await listed("")).toHaveLength(1102);
      for await (const object of lake.list("raw/")) expect(object).toMatchObject({ uri, storedBytes });
    });

    test("a zone that was never written to has an empty list", async () => {
      const listing = zone().lake.list("")[Symbol.asyncIterator]();
      expect(await listing.next()).toMatchObject({ done: true });
    });
  });
}
