// What has every command? The api to call, and where to speak; and how a command is declared.
import { type Client, openClient } from "@almanac/client/client";
import { Command } from "commander";
import { type Given, readTarget } from "../config.ts";
import { openOutput, type Output } from "./output.ts";

export interface Session {
  api: Client;
  out: Output;
  url: string;
}

export interface CommonOptions extends Given {
  json?: true;
}

/** What said which server the last session is for, for the refusal of a call. */
export let lastTold: string | undefined;

export async function withSession(options: CommonOptions, work: (session: Session) => Promise<void>): Promise<void> {
  const { url, key, told } = readTarget(options);
  lastTold = told;
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  await work({ api: openClient({ baseUrl: url, headers }), out: openOutput(options.json === true), url });
}

/** A command that calls the api, with the options that each of them has. */
export function calling(usage: string, summary: string, examples: readonly string[]): Command {
  const [name = "", ...places] = usage.split(" ");
  const command = new Command(name).description(summary);
  if (places.length > 0) command.arguments(places.join(" "));
  return command
    .option("--json", "the data as JSON on stdout, and nothing else there")
    .option("--url <address>", "the server (default: ALMANAC_URL, else the one that runs here)")
    .option(
      "--key-file <file>",
      "a file with the API key (default: ALMANAC_API_KEY, else the key of the one that runs here)",
    )
    .addHelpText("after", exampleText(examples));
}

/** A command of several. */
export function group(name: string, summary: string, commands: readonly Command[]): Command {
  const command = new Command(name).description(summary);
  for (const each of commands) command.addCommand(each);
  return command;
}

export function exampleText(examples: readonly string[]): string {
  return examples.length === 0 ? "" : `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`;
}

/** For an option that may be given several times. */
export function collected(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
