// Which commands are there? Only the subject that is asked for is imported, so that help is there at once.
import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { exampleText } from "./face/session.ts";

interface Subject {
  summary: string;
  load: () => Promise<Command>;
}

/** In the order in which help shows them. */
const subjects: Record<string, Subject> = {
  status: {
    summary: "is everything fresh and correct?",
    load: async () => (await import("./commands/status.ts")).statusCommand(),
  },
  doctor: {
    summary: "what is wrong, and what mends it?",
    load: async () => (await import("./commands/status.ts")).doctorCommand(),
  },
  locations: {
    summary: "the places whose holidays are kept",
    load: async () => (await import("./commands/locations.ts")).locationsCommand(),
  },
  sync: { summary: "fetch holidays", load: async () => (await import("./commands/sync.ts")).syncCommand() },
  holidays: {
    summary: "which days are holidays, as we knew it on any day",
    load: async () => (await import("./commands/holidays.ts")).holidaysCommand(),
  },
  load: {
    summary: "files of events: send, follow, see what was refused",
    load: async () => (await import("./commands/load.ts")).loadCommand(),
  },
  events: {
    summary: "checkout events in every version",
    load: async () => (await import("./commands/events.ts")).eventsCommand(),
  },
  schema: {
    summary: "what events must look like",
    load: async () => (await import("./commands/schema.ts")).schemaCommand(),
  },
  reprocess: {
    summary: "bring stored events to the newest schema",
    load: async () => (await import("./commands/reprocess.ts")).reprocessCommand(),
  },
  snapshot: {
    summary: "pins that make an analysis repeatable",
    load: async () => (await import("./commands/snapshot.ts")).snapshotCommand(),
  },
  insights: {
    summary: "what holidays do to sales",
    load: async () => (await import("./commands/insights.ts")).insightsCommand(),
  },
  keys: { summary: "API keys", load: async () => (await import("./commands/keys.ts")).keysCommand() },
  generate: {
    summary: "synthetic data to try things with",
    load: async () => (await import("./commands/generate.ts")).generateCommand(),
  },
  completion: {
    summary: "a script that makes almanac a command of bash, zsh or fish, and completes it",
    load: async () => (await import("./commands/completion.ts")).completionCommand(wholeProgram),
  },
};

/** The program as far as these arguments need it. */
export async function programFor(args: readonly string[]): Promise<Command> {
  const asked = args.find((arg) => !arg.startsWith("-") && arg !== "help");
  const program = root();
  for (const [name, { summary, load }] of Object.entries(subjects)) {
    program.addCommand(name === asked ? await load() : new Command(name).description(summary));
  }
  return strict(program);
}

async function wholeProgram(): Promise<Command> {
  const program = root();
  for (const { load } of Object.values(subjects)) program.addCommand(await load());
  return program;
}

function root(): Command {
  return new Command("almanac")
    .description("Which days are holidays for a place, as we knew it on any past day; and every checkout event.")
    .version(manifest.version)
    .addHelpText(
      "after",
      `${exampleText([
        "almanac status",
        "almanac holidays get 123e4567-e89b-12d3-a456-426614174000 --as-of 2026-01-31",
        "almanac load file events.ndjson.gz --wait",
        "almanac events query --type PaymentSuccessful --limit 20 --json | jq .",
      ])}

The server is --url, else ALMANAC_URL, else the one that \`npm start\` runs in this checkout.
The key is --key-file, else ALMANAC_API_KEY, else, for a server of this machine, the one of this checkout.

Data goes to stdout, everything else to stderr. Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 access,
5 conflict, 6 finished with rejects, 130 interrupted.`,
    );
}

/** Errors are thrown, not exits; help on a mistake is one line. */
function strict(program: Command): Command {
  const all = [program];
  for (const command of all) {
    command.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "almanac: ")) });
    command.exitOverride().showHelpAfterError("(add --help to see what it takes)").allowExcessArguments(false);
    all.push(...command.commands);
  }
  return program;
}
