// How much memory may garbage take? Imported by the process before it begins. The bytes of an upload are freed with the
// small objects around them, when young space is full: the smaller it is, the fewer of them wait.
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--heap-growing-percent=20");
setFlagsFromString("--max-semi-space-size=4");
