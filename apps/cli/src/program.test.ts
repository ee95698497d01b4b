import type { Command } from "commander";
import { expect, test } from "vitest";
import { programFor } from "./program.ts";

async function leaves(): Promise<{ path: string; command: Command }[]> {
  const names = (await programFor([])).commands.map((command) => command.name());
  const found = await Promise.all(
    names.map(async (name) => {
      const subject = (await programFor([name])).commands.find((command) => command.name() === name)!;
      const all = subject.commands.length === 0 ? [subject] : subject.commands;
      return all.map((command) => ({ path: [...new Set([name, command.name()])].join(" "), command }));
    }),
  );
  return found.flat();
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

test("every command says what it does, explains each option and gives an example that names it", async () => {
  const all = await leaves();
  expect(all.length).toBeGreaterThan(30);
  for (const { path, command } of all) {
    const help = helpOf(command);
    expect([path, command.description() !== ""]).toEqual([path, true]);
    expect(help, path).toMatch(new RegExp(`Examples:[^]*almanac ${path}`));
    for (const option of command.options)
      expect([path, option.long, option.description !== ""]).toEqual([path, option.long, true]);
  }
});

test("every command that calls the api takes --json, --url and --key-file", async () => {
  const callers = (await leaves()).filter(({ path }) => !/^(generate|completion)/.test(path));
  for (const { path, command } of callers) {
    const flags = new Set(command.options.map((option) => option.long));
    expect([path, ["--json", "--url", "--key-file"].filter((flag) => !flags.has(flag))]).toEqual([path, []]);
  }
});
