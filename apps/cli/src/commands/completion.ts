// `almanac completion`: what a shell needs to complete commands and options, made from the commands themselves.
import { Argument, Command } from "commander";
import { exampleText } from "../face/session.ts";
import { completionScript, type Shell, shells } from "./completion-script.ts";

export function completionCommand(whole: () => Promise<Command>): Command {
  return new Command("completion")
    .description("Prints a script that completes commands and options.")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .addHelpText(
      "after",
      exampleText([
        "source <(npx almanac completion bash)",
        "npx almanac completion zsh > ~/.zfunc/_almanac",
        "npx almanac completion fish > ~/.config/fish/completions/almanac.fish",
      ]),
    )
    .action(async (shell: Shell) => {
      process.stdout.write(completionScript(shell, await whole()));
    });
}
