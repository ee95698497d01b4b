// The fault suites with the queue in the database. `npm run torture` runs them in numbers.
import { smallSuites } from "./small.ts";

smallSuites("postgres");
