// What people are shown to be copied is taken by the command line as it stands: what is missing is told before a call.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { programFor } from "./program.ts";

const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const places = [
  "README.md",
  "docs/**/*.md",
  "apps/console/src/**/*.tsx",
  "packages/domain/src/status/findings.ts",
  "scripts/{welcome,demo/tour}.ts",
  "apps/cli/src/{commands,face}/*.ts",
];

/**
 * Every `npx almanac …` there, and what the command line itself says to go on with. What is put into one, and what a
 * reader is to put in, is a word here; where its output goes is the shell's.
 */
const shown = globSync(places, { cwd: checkout })
  .flatMap((file) => [
    ...readFileSync(`${checkout}/${file}`, "utf8").matchAll(
      /(?:npx almanac|\$\{invocation\}) ((?:\$\{[^}]*\}|<\w+>|[^"`&<>\n,;|…()])+)/g,
    ),
  ])
  .map((match) => match[1]!.trim().replaceAll(/\$\{[^}]*\}|<\w+>/g, "word"))
  .map((text) => text.replaceAll(/\s+/g, " "));

async function take(text: string): Promise<string> {
  const args = text.split(" ");
  const program = await programFor(args);
  const taken: string[] = [];
  const prepare = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    command.commands.forEach(prepare);
    if (command.commands.length === 0) command.action(() => void taken.push(text));
  };
  prepare(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // Help that is asked for is an end of its own.
    if ((error as CommanderError).code !== "commander.helpDisplayed") throw error;
    return text;
  }
  return taken.join();
}

test("there are commands to look at", () => {
  expect(shown.length).toBeGreaterThan(5);
});

test.each([...new Set(shown)])("npx almanac %s", async (text) => {
  expect(await take(text)).toBe(text);
});
