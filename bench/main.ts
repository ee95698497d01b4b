// `npm run bench`: runs the benchmarks, or those that are named, and says which marks were reached. Ends by itself.
import { http } from "./http.ts";
import { type Benchmark, describeMark, isReached, type Mark, type Scale } from "./marks.ts";
import { timed } from "./measure.ts";
import { syncs } from "./syncs.ts";
import { versions } from "./versions.ts";

const benchmarks: Record<string, Benchmark> = { http, versions, syncs };

const asked = process.argv.slice(2).filter((word) => word !== "--");
const scale: Scale = asked.includes("--quick") ? "quick" : "full";
const named = asked.filter((word) => word !== "--quick");
const unknown = named.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`usage: npm run bench -- [--quick] [${Object.keys(benchmarks).join(" | ")}]`);
  process.exit(2);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const marks: Mark[] = [];
const totalMs = await timed(async () => {
  for (const name of named.length > 0 ? named : Object.keys(benchmarks)) {
    console.log(`\n== ${name}`);
    const tookMs = await timed(async () => {
      marks.push(...(await benchmarks[name]!(scale, (line) => console.log(line))));
    });
    console.log(`${name} took ${(tookMs / 1000).toFixed(0)} s`);
  }
});
console.log(`\n== marks${scale === "quick" ? " (of a quick run: they say nothing)" : ""}`);
for (const mark of marks) console.log(describeMark(mark));
console.log(`\n${marks.filter(isReached).length} of ${marks.length} marks reached in ${(totalMs / 1000).toFixed(0)} s`);
