// How much memory may the heap take? Imported first by the process. Left alone, V8 lets it grow to several times of what
// is in use: a load of 600,000 lines peaked at 690 MB. With these limits the process peaks at some 235 MB, however long a
// load is. It is paid for with processor time of this process: without the first flag, a load costs a third less of it and
// peaks at some 300 MB.
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--optimize-for-size");
setFlagsFromString("--heap-growing-percent=20");
setFlagsFromString("--max-semi-space-size=4");
