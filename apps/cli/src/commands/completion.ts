// `almanac completion`: what a shell needs to complete commands and options, made from the commands themselves.
import { join } from "node:path";
import { Argument, Command } from "commander";
import { checkout } from "../config.ts";
import { exampleText } from "../face/session.ts";
import { completionScript, type Shell, shells } from "./completion-script.ts";

const program = join(checkout, "scripts", "almanac.mjs");

export function completionCommand(whole: () => Promise<Command>): Command {
  return new Command("completion")
    .description("Prints a script that makes `almanac` a command of your shell, and completes it.")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .addHelpText(
      "after",
      exampleText([
        "source <(npx almanac completion bash)",
        "source <(npx almanac completion zsh)",
        "npx almanac completion fish | source",
      ]),
    )
    .action(async (shell: Shell) => {
      process.stdout.write(completionScript(shell, await whole(), program));
    });
}
