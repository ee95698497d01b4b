// The folder keeps every promise of a lake.
import { conformance } from "../../testing/conformance/conformance.ts";
import { folderKit } from "../../testing/lake-kits.ts";

conformance("file", () => Promise.resolve(folderKit()));
