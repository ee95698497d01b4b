// How is the double told to misbehave over HTTP, by somebody who started it from the command line?
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { type FaultBoard, faultKinds } from "./faults.ts";
import type { HolidayChange } from "./holidays.ts";

const faultsBody = z.strictObject({
  faults: z.array(
    z.strictObject({
      kind: z.enum(faultKinds),
      region: z.string().optional(),
      year: z.int().optional(),
      times: z.int().positive().optional(),
      retryAfter: z.string().optional(),
      location: z.string().optional(),
    }),
  ),
});

const name = z.string().min(1);
const holidaysBody = z.strictObject({
  region: z.string(),
  year: z.int(),
  changes: z.array(
    z.discriminatedUnion("do", [
      z.strictObject({
        do: z.literal("add"),
        holiday: z.strictObject({
          name,
          date: z.iso.date(),
          observed: z.iso.date().optional(),
          public: z.boolean().optional(),
        }),
      }),
      z.strictObject({ do: z.literal("move"), name, date: z.iso.date(), observed: z.iso.date().optional() }),
      z.strictObject({ do: z.literal("rename"), name, to: name }),
      z.strictObject({ do: z.literal("remove"), name }),
    ]),
  ),
});

export interface Controls {
  calls: object[];
  faults: FaultBoard;
  setHolidays(region: string, year: number, changes: readonly HolidayChange[]): void;
}

/** Answers `GET|PUT|DELETE /_faults`, `PUT /_holidays` and `GET|DELETE /_calls`. */
export async function handleControl(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  controls: Controls,
): Promise<void> {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body, null, 2)}\n`);
  };
  try {
    switch (`${request.method} ${path}`) {
      case "PUT /_faults":
        controls.faults.set(faultsBody.parse(await bodyOf(request)).faults);
        return reply(200, { faults: controls.faults.list() });
      case "DELETE /_faults":
        controls.faults.set([]);
        return reply(200, { faults: [] });
      case "GET /_faults":
        return reply(200, { faults: controls.faults.list(), kinds: faultKinds });
      case "PUT /_holidays": {
        const { region, year, changes } = holidaysBody.parse(await bodyOf(request));
        controls.setHolidays(region, year, changes);
        return reply(200, { region, year, changes });
      }
      case "GET /_calls":
        return reply(200, { calls: controls.calls });
      case "DELETE /_calls":
        controls.calls.length = 0;
        return reply(200, { calls: [] });
      default:
        return reply(404, { error: "Use /_faults, /_holidays or /_calls." });
    }
  } catch (thrown) {
    reply(422, { error: thrown instanceof z.ZodError ? z.prettifyError(thrown) : "The body is not JSON." });
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
