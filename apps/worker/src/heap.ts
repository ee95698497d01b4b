// How much memory may garbage take? Imported by the process before it begins. Left alone, V8 lets the heap grow to several
// times of what is in use: a load of 600,000 lines peaked at 690 MB. With these limits a load adds some 50 MB to what the
// process holds at rest, however long it is, for somewhat more processor time.
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--heap-growing-percent=10");
setFlagsFromString("--max-semi-space-size=2");
