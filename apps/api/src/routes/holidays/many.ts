// What GET /v1/holidays and POST /v1/holidays/query have in common: many locations, one question.
import { AppError } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { mayAccess, type Principal } from "../../access/principal.ts";
import { exampleHolidays, holidaysSchema, presentHolidays } from "../../holiday/json.ts";
import type { HolidayQuestion } from "../../holiday/question.ts";
import type { HolidayReads } from "../../holiday/reads.ts";

export const manySchema = z.object({ data: z.array(holidaysSchema) }).openapi("HolidaysOfMany");

export const exampleMany = { data: [exampleHolidays] };

export async function holidaysOfMany(
  reads: HolidayReads,
  asked: {
    locationIds: readonly string[];
    question: HolidayQuestion;
    principal: Principal;
    pointer: (place: number) => string;
  },
): Promise<z.input<typeof manySchema>> {
  const { question, pointer } = asked;
  const locationIds = asked.locationIds as readonly LocationId[];
  refuseForeign(locationIds, asked.principal, pointer);
  const pinned = await reads.pinMany(locationIds, question.selector, pointer);
  const readings = await reads.holidays(pinned, question.range);
  return { data: readings.map((reading) => presentHolidays(reading, question)) };
}

function refuseForeign(
  locationIds: readonly LocationId[],
  principal: Principal,
  pointer: (place: number) => string,
): void {
  const errors = locationIds.flatMap((locationId, place) =>
    mayAccess(principal, locationId)
      ? []
      : [{ pointer: pointer(place), code: "location.not_found", detail: `There is no location ${locationId}.` }],
  );
  if (errors[0] !== undefined) {
    throw new AppError("not-found", { code: "location.not_found", detail: errors[0].detail, errors });
  }
}
