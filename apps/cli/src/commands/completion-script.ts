// How does each shell complete? From one table: the words that go before → what may follow.
import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface Place {
  /** `load file`; empty for the program itself. */
  path: string;
  commands: { name: string; summary: string }[];
  options: { flag: string; summary: string }[];
}

export function completionScript(shell: Shell, program: Command): string {
  const places = placesOf(program, "");
  return { bash, zsh, fish }[shell](places);
}

function placesOf(command: Command, path: string): Place[] {
  const commands = command.commands.map((each) => ({ name: each.name(), summary: each.description() }));
  const options = command.createHelp().visibleOptions(command);
  return [
    {
      path,
      commands,
      options: options.map(({ long, description }) => ({ flag: long ?? "", summary: description })),
    },
    ...command.commands.flatMap((each) => placesOf(each, `${path} ${each.name()}`.trim())),
  ];
}

function wordsOf({ commands, options }: Place): string {
  return [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(" ");
}

function bash(places: Place[]): string {
  return `# almanac: completion for bash. source <(almanac completion bash)
_almanac() {
  local word="\${COMP_WORDS[COMP_CWORD]}" at="" each words=""
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $each" in
${places
  .filter(({ path }) => path !== "")
  .map(({ path }) => `      "${path.includes(" ") ? "" : " "}${path}") at="${path}" ;;`)
  .join("\n")}
    esac
  done
  case "$at" in
${places.map((place) => `    "${place.path}") words="${wordsOf(place)}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _almanac almanac
`;
}

function zsh(places: Place[]): string {
  const quoted = (text: string) => text.replaceAll(/['[\]:\\]/g, (sign) => (sign === "'" ? "" : `\\${sign}`));
  return `#compdef almanac
# almanac: completion for zsh.
_almanac() {
  local at="" each
  local -a found
  for each in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $each" in
${places
  .filter(({ path }) => path !== "")
  .map(({ path }) => `      "${path.includes(" ") ? "" : " "}${path}") at="${path}" ;;`)
  .join("\n")}
    esac
  done
  case "$at" in
${places
  .map(({ path, commands, options }) => {
    const all = [
      ...commands.map(({ name, summary }) => [name, summary]),
      ...options.map(({ flag, summary }) => [flag, summary]),
    ];
    return `    "${path}") found=(${all.map(([name = "", summary = ""]) => `'${name}:${quoted(summary)}'`).join(" ")}) ;;`;
  })
  .join("\n")}
  esac
  _describe almanac found || _files
}
compdef _almanac almanac
`;
}

function fish(places: Place[]): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  const lines = places.flatMap(({ path, commands, options }) => {
    const seen = path === "" ? "__fish_use_subcommand" : `__almanac_at ${path}`;
    return [
      ...commands.map(({ name, summary }) => `complete -c almanac -f -n '${seen}' -a ${name} -d ${quoted(summary)}`),
      ...options.map(
        ({ flag, summary }) => `complete -c almanac -n '${seen}' -l ${flag.slice(2)} -d ${quoted(summary)}`,
      ),
    ];
  });
  return `# almanac: completion for fish.
function __almanac_at
  set -l words (commandline -opc)
  set -e words[1]
  test (count $words) -ge (count $argv); or return 1
  for place in (seq (count $argv))
    test "$words[$place]" = "$argv[$place]"; or return 1
  end
end
${lines.join("\n")}
`;
}
