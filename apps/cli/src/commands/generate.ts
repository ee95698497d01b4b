// `almanac generate`: synthetic events. They come from the program of the sample, run as what it is, a program: the
// command line knows the HTTP contract alone, and has no more to do with how a sample is made than a shell has.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Command } from "commander";
import { checkout } from "../config.ts";
import { Ended, exitCodes } from "../face/exit-code.ts";
import { exampleText, group } from "../face/session.ts";

const program = join(checkout, "packages", "sample", "src", "main.ts");

export function generateCommand(): Command {
  return group("generate", "Synthetic data to try things with.", [
    new Command("events")
      .description("Writes synthetic events to stdout; the options are those of `npm run sample`.")
      .argument("[options...]", "see: almanac generate events --help")
      .helpOption(false)
      .allowUnknownOption()
      .addHelpText(
        "after",
        exampleText(["almanac generate events --events 1000 --seed 7 | almanac load file - --media ndjson --wait"]),
      )
      .action(run),
  ]);
}

async function run(args: string[]): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  // A reader that has had enough (`| head`) ends it; a wrong option ends it with 1 or 2.
  if (code !== 0 && code !== null) throw new Ended(code === 2 ? exitCodes.usage : exitCodes.failed);
}
