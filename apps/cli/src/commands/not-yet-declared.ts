// Operations that a server may have and the contract of this checkout does not name yet, as far as they are shown.
import type { Client } from "@almanac/client/client";
import { type Answer, read } from "@almanac/client/read";

export interface Finding {
  severity: "problem" | "warning" | "note";
  code: string;
  detail: string;
  mending: { detail: string; command: string | null; screen: string | null };
}

/** GET /v1/status; what else is told is shown as it comes. */
export interface Told {
  ready: boolean;
  findings: Finding[];
  [name: string]: unknown;
}

interface Asked<Body> {
  $get(args?: { query: object }): Promise<Answer<Body>>;
}

interface More {
  status: Asked<Told>;
}

export function readStatus({ v1 }: Client): Promise<Told> {
  return read((v1 as unknown as More).status.$get());
}
