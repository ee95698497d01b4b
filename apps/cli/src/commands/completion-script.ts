// How does each shell complete? From one table: the words that go before → what may follow.
import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface Place {
  /** `load file`; empty for the program itself. */
  path: string;
  /** Commands, and choices of an argument. */
  words: { name: string; summary: string }[];
  options: { flag: string; summary: string; takesValue: boolean; choices: readonly string[] }[];
}

/** `program` is the file that runs `almanac`: in a checkout there is no such command until the script makes one. */
export function completionScript(shell: Shell, whole: Command, program: string): string {
  return { bash, zsh, fish }[shell](placesOf(whole, ""), program);
}

function placesOf(command: Command, path: string): Place[] {
  const commands = command.commands.map((each) => ({ name: each.name(), summary: each.description() }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((name) => ({ name, summary: description })),
  );
  const options = command.createHelp().visibleOptions(command);
  return [
    {
      path,
      words: [...commands, ...choices],
      options: options.map(({ long, description, required, optional, argChoices = [] }) => ({
        flag: long ?? "",
        summary: description,
        takesValue: required || optional,
        choices: argChoices,
      })),
    },
    ...command.commands.flatMap((each) => placesOf(each, `${path} ${each.name()}`.trim())),
  ];
}

/** The lines of a `case` that finds out at which place the words are. */
function walk(places: Place[]): string {
  return places
    .filter(({ path }) => path !== "")
    .map(({ path }) => `      "${path.includes(" ") ? "" : " "}${path}") at="${path}" ;;`)
    .join("\n");
}

/** Options that take a value, with what may follow them; nothing: a file, or what only its user knows. */
function valuesOf(places: Place[]): { after: string; choices: readonly string[] }[] {
  return places.flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ flag, choices }) => ({ after: `${path} ${flag}`, choices })),
  );
}

/** A command of the name where there is none. */
function named(program: string): string {
  return `command -v almanac >/dev/null || almanac() { node '${program.replaceAll("'", String.raw`'\''`)}' "$@"; }`;
}

function bash(places: Place[], program: string): string {
  const wordsOf = ({ words, options }: Place) => [...words.map(({ name }) => name), ...options.map(({ flag }) => flag)];
  return `# almanac: the command, and its completion, for bash.
${named(program)}
_almanac() {
  local word="\${COMP_WORDS[COMP_CWORD]}" at="" each words=""
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $each" in
${walk(places)}
    esac
  done
  case "$at" in
${places.map((place) => `    "${place.path}") words="${wordsOf(place).join(" ")}" ;;`).join("\n")}
  esac
  case "$at \${COMP_WORDS[COMP_CWORD-1]}" in
${valuesOf(places)
  .map(({ after, choices }) => `    "${after}") words="${choices.join(" ")}" ;;`)
  .join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _almanac almanac
`;
}

function zsh(places: Place[], program: string): string {
  const quoted = (text: string) => text.replaceAll(/['[\]:\\]/g, (sign) => (sign === "'" ? "" : `\\${sign}`));
  const foundAt = ({ words, options }: Place) =>
    [...words, ...options.map(({ flag, summary }) => ({ name: flag, summary }))]
      .map(({ name, summary }) => `'${name}:${quoted(summary)}'`)
      .join(" ");
  return `# almanac: the command, and its completion, for zsh.
${named(program)}
_almanac() {
  local at="" each
  local -a found
  for each in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $each" in
${walk(places)}
    esac
  done
  case "$at" in
${places.map((place) => `    "${place.path}") found=(${foundAt(place)}) ;;`).join("\n")}
  esac
  case "$at \${words[CURRENT-1]}" in
${valuesOf(places)
  .map(({ after, choices }) => `    "${after}") found=(${choices.join(" ")}) ;;`)
  .join("\n")}
  esac
  (( $#found )) && _describe almanac found || _files
}
compdef _almanac almanac
`;
}

function fish(places: Place[], program: string): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  const lines = places.flatMap(({ path, words, options }) => {
    const seen = `__almanac_at ${path}`.trim();
    return [
      ...words.map(({ name, summary }) => `complete -c almanac -f -n '${seen}' -a ${name} -d ${quoted(summary)}`),
      ...options.map(({ flag, summary, takesValue, choices }) => {
        const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r" : "";
        return `complete -c almanac -n '${seen}' -l ${flag.slice(2)}${value} -d ${quoted(summary)}`;
      }),
    ];
  });
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  return `# almanac: the command, and its completion, for fish.
if not command -q almanac
  function almanac
    node ${quoted(program)} $argv
  end
end
function __almanac_at
  set -l at
  for word in (commandline -opc)[2..]
    contains -- "$at $word" ' '$__almanac_firsts; and set at $word; and continue
    contains -- "$at $word" $__almanac_paths; and set at "$at $word"
  end
  test "$at" = "$argv"
end
set -g __almanac_paths ${paths.join(" ")}
set -g __almanac_firsts ${places
    .filter(({ path }) => path !== "" && !path.includes(" "))
    .map(({ path }) => path)
    .join(" ")}
${lines.join("\n")}
`;
}
