// The part of pg-copy-streams that is used; the package has no types of its own.
declare module "pg-copy-streams" {
  import type { Writable } from "node:stream";
  import type { Submittable } from "pg";

  /** A stream into `copy … from stdin`; `finish` comes after the server has taken all of it. */
  export function from(text: string): Writable & Submittable;
}
