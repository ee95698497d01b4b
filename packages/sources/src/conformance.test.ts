import { holidaySourceConformance } from "./conformance.ts";
import { startHolidayApiDouble } from "./double/double.ts";
import { openSource } from "./open.ts";

holidaySourceConformance("offline", async () => ({ source: openSource({ kind: "offline" }), close: async () => {} }));

for (const countryLabel of ["requested", "alpha2"] as const) {
  holidaySourceConformance(`holidayapi whose rows name the ${countryLabel} code`, async () => {
    const double = await startHolidayApiDouble({ countryLabel });
    const source = openSource({ kind: "holidayapi", holidayapi: { key: double.key, baseUrl: double.url } });
    return { source, close: () => double.close() };
  });
}
