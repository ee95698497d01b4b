// POST /v1/snapshots: pins events and calendars, each as of an instant; both as of now without a word.
import { recordAudit } from "@almanac/db/audit";
import { stampHistory } from "@almanac/db/history";
import { insertSnapshot } from "@almanac/db/snapshots";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { asOfIn, futureItem } from "../../holiday/as-of.ts";
import { json } from "../../http/answer.ts";
import { invalidRequest } from "../../http/problem.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { moment } from "../events/fields.ts";
import { exampleRun, exampleSnapshot, presentSnapshot, presentWithRuns, snapshotWithRunsSchema } from "./present.ts";

const body = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .nullish()
      .openapi({ description: "What it is for; every analyst sees it.", example: exampleSnapshot.name }),
    events_as_of: moment(
      "Events, members and time zones of locations as they were known then: an instant, or a date, which means its end in UTC (today: now). Now without it.",
    ),
    calendar_as_of: moment("Holidays and locations as they were known then; the same forms. Now without it."),
  })
  .openapi("NewSnapshot");

export function createSnapshot({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "createSnapshot",
    method: "post",
    path: "/v1/snapshots",
    tag: "Snapshots",
    summary: "Pin events and calendars",
    description: [
      "Nothing is copied: a snapshot is two instants, at and before which nothing can appear any more once this is answered.",
      "Give its id as `snapshot` to any read of events, holidays, days and insights: the answer is the same to the row for",
      "ever. Retention keeps what it needs until it is released; what was pruned before stays `version.pruned`.",
    ].join("\n"),
    body: { schema: body, example: { name: exampleSnapshot.name, calendar_as_of: "2026-11-21" }, optional: true },
    answers: {
      201: {
        description: "The snapshot.",
        schema: snapshotWithRunsSchema,
        example: { ...exampleSnapshot, runs: [exampleRun] },
        headers: { Location: "Where the snapshot is." },
      },
    },
    problems: { 422: ["as_of.future"] },
    handle({ body: asked, principal, requestId, keepAnswer }) {
      return database.transaction(async (tx) => {
        // Under the history lock whatever was stamped is committed: this instant and all before it are settled.
        const stamp = await stampHistory(tx);
        const snapshot = await insertSnapshot(tx, stamp, {
          name: asked.name ?? null,
          ...instantsOf(asked, stamp),
          createdBy: principal.actor,
        });
        await recordAudit(tx, {
          actor: principal.actor,
          action: "snapshot.created",
          objectType: "snapshot",
          objectId: snapshot.snapshotId,
          after: presentSnapshot(snapshot),
          requestId,
        });
        const location = `/v1/snapshots/${snapshot.snapshotId}`;
        const answer = json(201, await presentWithRuns(tx, snapshot), { headers: { location } });
        await keepAnswer(tx, answer);
        return answer;
      });
    },
  });
}

/** Both instants, or 422 with a pointer to each that lies ahead. */
function instantsOf(asked: z.output<typeof body>, stamp: string): { eventsAsOf: string; calendarAsOf: string } {
  const now = Temporal.Instant.from(stamp);
  const events = asOfIn(asked.events_as_of ?? stamp, now);
  const calendar = asOfIn(asked.calendar_as_of ?? stamp, now);
  if (events === null || calendar === null) {
    throw invalidRequest([
      ...(events === null ? [futureItem("/events_as_of", now)] : []),
      ...(calendar === null ? [futureItem("/calendar_as_of", now)] : []),
    ]);
  }
  return { eventsAsOf: events.instant, calendarAsOf: calendar.instant };
}
