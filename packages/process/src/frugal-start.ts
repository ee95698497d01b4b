// How much memory may a start take? Imported first by a process. Left alone, V8 collects nothing while some thousand
// modules are loaded, and what they leave behind stays a part of the process: 30 to 40 MB of 170. With this flag it
// collects as it goes; the flag goes when the start is over, for it would cost the work after it more processor time.
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--optimize-for-size");

/** From here on speed counts again. */
export function endFrugalStart(): void {
  setFlagsFromString("--no-optimize-for-size");
}
