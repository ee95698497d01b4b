// The fuzzer: draws requests from the document with a seed, sends them one after the other, and judges every answer.
import fc from "fast-check";
import { readDocument } from "./document.ts";
import { createJudge, type Judge } from "./judge.ts";
import { mutated } from "./mutations.ts";
import { bodyOf, type FuzzRequest, type Lookup, targetOf } from "./request.ts";
import { leaksIn } from "./secrets.ts";
import { validRequest } from "./valid-requests.ts";
import type { World } from "./world.ts";

export interface FuzzOptions {
  seed: number;
  requests: number;
}

export interface FuzzReport extends FuzzOptions {
  /** Requests by operation, and how many of them were answered 2xx. */
  operations: Map<string, { sent: number; accepted: number }>;
  /** Answers by status. */
  statuses: Map<number, number>;
  accepted: number;
  /** Different complaints, each with the first request that got it and how many did. */
  failures: { complaint: string; count: number; request: FuzzRequest; answer: string }[];
  /** What stands in the log that must not. */
  leaksInLog: string[];
}

/** Sends each operation once and `requests` more; the same seed sends the same ones. Nothing is thrown for a bad answer: see the report. */
export async function fuzz(world: World, { seed, requests }: FuzzOptions): Promise<FuzzReport> {
  const document = await readDocument(world.api);
  const judge = createJudge(document);
  // Chance alone leaves one of some seventy operations out, in three runs of ten with 400 requests.
  const eachOnce = judge.operations.flatMap((operation) => fc.sample(validRequest(operation), { seed, numRuns: 1 }));
  const report: FuzzReport = {
    seed,
    requests: eachOnce.length + requests,
    operations: new Map(),
    statuses: new Map(),
    accepted: 0,
    failures: [],
    leaksInLog: [],
  };
  const pools = createPools();
  const drawn = [...eachOnce, ...fc.sample(requestsOf(judge), { seed, numRuns: requests })];
  world.unsettle();
  for (const request of drawn) {
    await sendOne(world, request, { judge, pools, report });
  }
  // A bad key that was sent is a secret too: its owner may have mistyped it.
  const secrets = [...world.keys.values(), ...pools.shownSecrets, "not-a-key-7f3a"];
  report.leaksInLog = world.api.logged.flatMap((line) => leaksIn(line, secrets).map((leak) => `${leak}: ${line}`));
  return report;
}

/** Every operation alike; a little less than half of the requests are spoiled. */
function requestsOf({ operations }: Judge): fc.Arbitrary<FuzzRequest> {
  const valid = fc.oneof(...operations.map(validRequest));
  return fc.oneof({ weight: 55, arbitrary: valid }, { weight: 45, arbitrary: valid.chain(mutated) });
}

interface Running {
  judge: Judge;
  pools: Pools;
  report: FuzzReport;
}

async function sendOne(world: World, request: FuzzRequest, { judge, pools, report }: Running): Promise<void> {
  const target = targetOf(request, pools.lookup);
  const key = request.key === null ? undefined : world.keys.get(request.key);
  const sent = new Request(`http://localhost${target}`, {
    method: request.method,
    headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...request.headers },
    ...(/^(?:get|head)$/i.test(request.method) ? {} : { body: bodyOf(request, pools.lookup) ?? null }),
  });
  const response = await world.api.app.request(sent);
  const text = await response.text();
  const path = new URL(sent.url).pathname;
  const { status, headers } = response;
  const complaints = judge.complaints({ method: sent.method, path, status, headers, text });
  const shown = status === 201 && showsSecret.has(request.operationId) ? [] : pools.shownSecrets;
  const head = [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  complaints.push(
    ...leaksIn(`${head}\n${text}`, [...world.keys.values(), ...shown]).map((leak) => `${status} tells ${leak}`),
  );
  pools.shownSecrets.push(...sessionTokensOf(headers));
  if (headers.get("content-type") === "application/json") {
    pools.harvest(request.operationId, status, text);
  }
  count(report, request, status);
  for (const complaint of complaints) {
    note(report, `${sent.method} ${request.operationId}: ${complaint}`, request, `${status} ${text.slice(0, 600)}`);
  }
}

/** Operations whose answer shows a secret; to a repeated Idempotency-Key again. */
const showsSecret: ReadonlySet<string> = new Set(["createKey", "createSignInLink"]);

function sessionTokensOf(headers: Headers): string[] {
  const token = /^almanac_session=([\w-]{43});/.exec(headers.get("set-cookie") ?? "")?.[1];
  return token === undefined ? [] : [token];
}

function count(report: FuzzReport, { operationId }: FuzzRequest, status: number): void {
  const accepted = status >= 200 && status < 300 ? 1 : 0;
  const known = report.operations.get(operationId) ?? { sent: 0, accepted: 0 };
  report.operations.set(operationId, { sent: known.sent + 1, accepted: known.accepted + accepted });
  report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1);
  report.accepted += accepted;
}

function note(report: FuzzReport, complaint: string, request: FuzzRequest, answer: string): void {
  const known = report.failures.find((failure) => failure.complaint === complaint);
  if (known === undefined) {
    report.failures.push({ complaint, count: 1, request, answer });
  } else {
    known.count += 1;
  }
}

interface Pools {
  lookup: Lookup;
  /** Keys, and the tokens of links and of browsers' sign-ins. */
  shownSecrets: string[];
  /** Remembers what an answer names, for later requests to ask about. */
  harvest(operationId: string, status: number, text: string): void;
}

function createPools(): Pools {
  const known = new Map<string, string[]>([["today", [Temporal.Now.plainDateISO("UTC").toString()]]]);
  const shownSecrets: string[] = [];
  const add = (pool: string, value: unknown) => {
    if (typeof value === "string" && known.get(pool)?.includes(value) !== true) {
      known.set(pool, [...(known.get(pool) ?? []), value]);
    }
  };
  return {
    shownSecrets,
    lookup: (pool, place) => known.get(pool)?.at(Math.min(place, (known.get(pool)?.length ?? 0) - 1)),
    harvest(operationId, status, text) {
      if (status < 200 || status > 202 || !text.startsWith("{")) {
        return;
      }
      const answer = JSON.parse(text) as Record<string, unknown>;
      add(`cursor.${operationId}`, answer["next_cursor"]);
      add("instant", answer["synced_at"]);
      add("sync", answer["sync_id"]);
      add("load", answer["load_id"]);
      add("run", answer["run_id"]);
      add("snapshot", answer["snapshot_id"]);
      add("event", (answer["results"] as { event_id?: unknown }[] | undefined)?.[0]?.event_id);
      if (operationId === "createKey" && typeof answer["key"] === "string") {
        add("key", answer["key_id"]);
        shownSecrets.push(answer["key"]);
      }
      if (operationId === "createSignInLink" && typeof answer["link"] === "string") {
        add("link", answer["link"]);
        shownSecrets.push(answer["link"].split("#")[1] as string);
      }
    },
  };
}

/** The report in lines for people. */
export function told(report: FuzzReport): string {
  const operations = [...report.operations].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const statuses = [...report.statuses].toSorted(([a], [b]) => a - b);
  return [
    `seed ${report.seed}, ${report.requests} requests, ${report.accepted} of them 2xx`,
    statuses.map(([status, times]) => `${status} × ${times}`).join(", "),
    operations.map(([name, { sent, accepted }]) => `${name} ${accepted}/${sent}`).join(", "),
    ...report.failures.map(
      ({ complaint, count: times, request, answer }) =>
        `${complaint} (× ${times})\n  ${JSON.stringify(request).slice(0, 1_500)}\n  ${answer}`,
    ),
    ...report.leaksInLog.slice(0, 10),
  ].join("\n");
}
