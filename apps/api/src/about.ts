// Which Almanac is this? Told by the document and by the status.
import manifest from "../package.json" with { type: "json" };

export const { version } = manifest;
