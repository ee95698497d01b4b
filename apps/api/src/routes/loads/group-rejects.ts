// GET /v1/loads/{load_id}/rejects/groups: why lines were refused, by reason and place, the most frequent first.
import { groupRejects, listRejects, type RejectView } from "@almanac/db/rejects";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleReject, mayReadLines, presentReject, rejectSchema, withoutLine } from "./rejects.ts";
import { loadPath, visibleLoad } from "./visible-load.ts";

const mostGroups = 100;
const samplesEach = 3;
// A line may have a mebibyte; whoever wants more than its beginning asks for the line.
const mostSampleBytes = 4_096;

const groupSchema = z
  .object({
    code: z.string(),
    pointer: z.string(),
    count: z.int().min(1),
    first_line: z.int().min(1),
    last_line: z.int().min(1),
    samples: z.array(rejectSchema).openapi({
      description: `The first ${samplesEach}; the text of a line that is longer than ${mostSampleBytes} bytes is left out.`,
    }),
  })
  .openapi("RejectGroup");

export function groupRejectsRoute({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listRejectGroups",
    method: "get",
    path: "/v1/loads/{load_id}/rejects/groups",
    tag: "Loads",
    summary: "Rejects of a load by reason",
    description: `The ${mostGroups} largest groups of the same \`code\` and \`pointer\`; \`GET …/rejects?code=&pointer=\` has all of one.`,
    params: loadPath,
    answers: {
      200: {
        description: "The largest first; empty where nothing was refused.",
        schema: z.object({ data: z.array(groupSchema) }).openapi("RejectGroups"),
        example: {
          data: [
            {
              code: exampleReject.code,
              pointer: exampleReject.pointer,
              count: 12,
              first_line: 3,
              last_line: 2_041,
              samples: [exampleReject],
            },
          ],
        },
      },
    },
    problems: { 403: ["key.limited"], 404: ["load.not_found"] },
    async handle({ params, principal }) {
      const { loadId, dataset } = await visibleLoad(database, principal, params.load_id);
      const shown = (row: RejectView) =>
        presentReject(mayReadLines(principal, dataset) && sizeOfLine(row) <= mostSampleBytes ? row : withoutLine(row));
      const data: z.input<typeof groupSchema>[] = [];
      for (const { firstLine, lastLine, ...group } of await groupRejects(database, loadId, mostGroups)) {
        const { code, pointer } = group;
        const first = { after: firstLine - 1, limit: samplesEach, code, pointer };
        const samples = (await listRejects(database, loadId, first)).map(shown);
        data.push({ ...group, first_line: firstLine, last_line: lastLine, samples });
      }
      return json(200, { data });
    },
  });
}

function sizeOfLine({ raw, rawBytes }: RejectView): number {
  return (raw?.length ?? 0) + (rawBytes?.length ?? 0);
}
