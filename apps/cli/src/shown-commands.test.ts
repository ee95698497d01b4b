// What the console shows to be copied is taken by the command line as it stands: what is missing is told before a call.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { programFor } from "./program.ts";

const console = fileURLToPath(new URL("../../console/src", import.meta.url));

/** Every `npx almanac …` in the console's sources; what a screen puts into one is a word there. */
const shown = globSync("**/*.tsx", { cwd: console })
  .flatMap((file) => [...readFileSync(`${console}/${file}`, "utf8").matchAll(/npx almanac ([^"`&<]+)/g)])
  .map((match) => match[1]!.trim().replaceAll(/\$\{[^}]*\}/g, "word"));

async function take(text: string): Promise<string> {
  const args = text.split(" ");
  const program = await programFor(args);
  const taken: string[] = [];
  const prepare = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.commands.forEach(prepare);
    if (command.commands.length === 0) command.action(() => void taken.push(text));
  };
  prepare(program);
  await program.parseAsync(args, { from: "user" });
  return taken.join();
}

test("there are commands to look at", () => {
  expect(shown.length).toBeGreaterThan(5);
});

test.each([...new Set(shown)])("npx almanac %s", async (text) => {
  expect(await take(text)).toBe(text);
});
