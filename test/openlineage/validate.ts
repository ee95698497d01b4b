// node test/openlineage/validate.ts SPEC EVENTS: are the events of a file (a line each, as OPENLINEAGE_URL=file:… writes them)
// valid by the schemas in SPEC, the folder `spec` of OpenLineage's repository? Exit code 1 when one is not.
import { readFileSync } from "node:fs";
import { argv, stderr, stdout } from "node:process";
import { publishedJudge } from "./published.ts";

const [spec, file] = argv.slice(2);
if (spec === undefined || file === undefined) {
  stderr.write("usage: node test/openlineage/validate.ts SPEC EVENTS\n");
  process.exitCode = 2;
} else {
  const judge = publishedJudge(spec);
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const wrong = lines.flatMap((line, place) => judge(JSON.parse(line)).map((reason) => `line ${place + 1}: ${reason}`));
  stdout.write([...wrong, `${lines.length} events, ${wrong.length} problems`, ""].join("\n"));
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
