// Starts the double by hand: `node packages/sources/src/double/main.ts --port 4010`.
import { parseArgs } from "node:util";
import { startHolidayApiDouble } from "./double.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "4010" } } });
const double = await startHolidayApiDouble({ port: Number(values.port) });

// A past holiday that moves is held back by the guards; next year's is not.
const next = Temporal.Now.plainDateISO("UTC").year + 1;

process.stdout.write(`A double of HolidayAPI listens on ${double.url}. To use it:

  export HOLIDAY_SOURCE=holidayapi
  export HOLIDAYAPI_KEY=${double.key}
  export HOLIDAYAPI_BASE_URL=${double.url}

To make it misbehave, and well again (GET ${double.url}/_faults lists the kinds):

  curl -X PUT ${double.url}/_faults -d '{"faults":[{"kind":"half_list","region":"GB-ENG"}]}'
  curl -X DELETE ${double.url}/_faults

To move a holiday, and to see what was asked:

  curl -X PUT ${double.url}/_holidays -d '{"region":"NL","year":${next},"changes":[{"do":"move","name":"King\\u0027s Day","date":"${next}-04-24"}]}'
  curl ${double.url}/_calls

Ctrl-C stops it.
`);

const stop = (): void => void double.close();
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
