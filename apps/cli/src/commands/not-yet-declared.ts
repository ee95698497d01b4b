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

/** GET /v1/insights/holiday-lift; decimals are text. */
export interface Lifts {
  data: Lift[];
  as_of: string | null;
  sql: string;
}

export interface Lift {
  group: string;
  location_id: string | null;
  holiday: string | null;
  event_type: string;
  n: number;
  observed: string;
  expected: string;
  ratio: string | null;
  low: string | null;
  high: string | null;
  note: string | null;
}

interface Asked<Body> {
  $get(args?: { query: object }): Promise<Answer<Body>>;
}

interface More {
  status: Asked<Told>;
  insights: { "holiday-lift": Asked<Lifts> };
}

export function readStatus({ v1 }: Client): Promise<Told> {
  return read((v1 as unknown as More).status.$get());
}

export function askLift({ v1 }: Client, query: object): Promise<Answer<Lifts>> {
  return (v1 as unknown as More).insights["holiday-lift"].$get({ query });
}
