// `npm run bench`: runs the benchmarks, or those that are named, and says which marks were reached. Ends by itself.
import { parseArgs } from "node:util";
import { consolePages } from "./console.ts";
import { events } from "./events.ts";
import { http } from "./http.ts";
import { layout } from "./layout.ts";
import { type Benchmark, describeMark, isReached, type Mark, type Scale } from "./marks.ts";
import { timed } from "./measure.ts";
import { reprocess } from "./reprocess.ts";
import { syncs } from "./syncs.ts";
import { versions } from "./versions.ts";

const always: Record<string, Benchmark> = { http, versions, syncs, events, reprocess, console: consolePages };
// Ten minutes and ten gigabytes for what was decided once: only by name.
const benchmarks: Record<string, Benchmark> = { ...always, layout };

const usage = `usage: npm run bench -- [--quick] [--events N] [${Object.keys(benchmarks).join(" | ")}]`;
const { values: asked, positionals: named } = readArguments();
const scale: Scale = asked.quick === true ? "quick" : "full";
const options = { events: asked.events === undefined ? undefined : Number(asked.events) };
if (options.events !== undefined && !(options.events >= 1_000)) refuse();
if (named.some((name) => !Object.hasOwn(benchmarks, name))) refuse();

function readArguments() {
  const args = process.argv.slice(2).filter((word) => word !== "--");
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { quick: { type: "boolean" }, events: { type: "string" } },
    });
  } catch {
    return refuse();
  }
}

function refuse(): never {
  console.error(usage);
  process.exit(2);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const marks: Mark[] = [];
const totalMs = await timed(async () => {
  for (const name of named.length > 0 ? named : Object.keys(always)) {
    console.log(`\n== ${name}`);
    const tookMs = await timed(async () => {
      marks.push(...(await benchmarks[name]!(scale, (line) => console.log(line), options)));
    });
    console.log(`${name} took ${(tookMs / 1000).toFixed(0)} s`);
  }
});
console.log(`\n== marks${scale === "quick" ? " (of a quick run: they say nothing)" : ""}`);
for (const mark of marks) console.log(describeMark(mark));
console.log(`\n${marks.filter(isReached).length} of ${marks.length} marks reached in ${(totalMs / 1000).toFixed(0)} s`);
