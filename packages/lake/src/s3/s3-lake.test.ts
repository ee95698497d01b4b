// The bucket keeps every promise of a lake.
import { conformance } from "../../testing/conformance/conformance.ts";
import { s3Kit } from "../../testing/lake-kits.ts";

conformance("s3", s3Kit);
