#!/usr/bin/env node
// `npx almanac …` in the checkout: the command line on the pinned Node, which is installed first where it is missing.
process.argv.splice(2, 0, "almanac");
await import("./run.mjs");
