// The other direction, beside what packages/db declares.
declare module "pg-copy-streams" {
  import type { Readable } from "node:stream";
  import type { Submittable } from "pg";

  /** A stream out of `copy … to stdout`. */
  export function to(text: string): Readable & Submittable;
}
