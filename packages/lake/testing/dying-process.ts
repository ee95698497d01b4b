// A process for tests that puts a body and is killed at a point of it. Arguments: the zone's URL, the point, options.
import { openLake } from "../src/open.ts";
import { filedAs, inChunks, noise } from "./bodies.ts";

/** More than a bucket's lake keeps in memory. */
export const bodyOfTheDead = (): Buffer => noise(10_000_000, 7);

if (import.meta.main) {
  const [url, fatal, options] = process.argv.slice(2);
  const lake = openLake(url!, {
    ...(JSON.parse(options!) as object),
    async reached(point) {
      if (point !== fatal) return;
      process.kill(process.pid, "SIGKILL");
      await new Promise(() => {});
    },
  });
  await lake.putRaw(inChunks(bodyOfTheDead()), filedAs);
}
