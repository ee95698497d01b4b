import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AppError } from "../errors.ts";
import type { LocationId } from "../ids.ts";
import {
  isMassDeactivation,
  planLocations,
  type LocationInput,
  type LocationPlan,
  type LocationState,
} from "./plan.ts";

const state = (id: string, parts: Partial<LocationState> = {}): LocationState => ({
  locationId: id as LocationId,
  countryCode: "NL",
  subdivisionCode: "NL-FL",
  timeZone: null,
  active: true,
  ...parts,
});
const input = (id: string, subdivisionCode = "NL-FL"): LocationInput => ({
  locationId: id as LocationId,
  countryCode: subdivisionCode.slice(0, 2),
  subdivisionCode,
});
const counts = ({ add, update, reactivate, deactivate, unchanged }: LocationPlan) =>
  [add, update, reactivate, deactivate, unchanged].map((list) => list.length);

describe("planLocations", () => {
  it("adds, updates, reactivates, deactivates and leaves alone", () => {
    const current = [state("a"), state("b"), state("c", { active: false }), state("d"), state("e", { active: false })];
    const plan = planLocations({ current, incoming: [input("a"), input("b", "GB-NSM"), input("c"), input("f")] });
    expect(counts(plan)).toEqual([1, 1, 1, 1, 1]);
    expect(plan.add).toEqual([state("f")]);
    expect(plan.update).toEqual([
      { before: state("b"), after: state("b", { countryCode: "GB", subdivisionCode: "GB-NSM" }) },
    ]);
    expect(plan.reactivate[0]!.after).toEqual(state("c"));
    expect(plan.deactivate[0]!.after).toEqual(state("d", { active: false }));
  });

  it("a time zone that is not said stays, one that is null is taken away", () => {
    const current = [state("a", { timeZone: "Europe/Amsterdam" })];
    expect(counts(planLocations({ current, incoming: [input("a")] }))).toEqual([0, 0, 0, 0, 1]);
    expect(
      planLocations({ current, incoming: [{ ...input("a"), timeZone: null }] }).update[0]!.after.timeZone,
    ).toBeNull();
  });

  it("names every error of a list and changes nothing", () => {
    const incoming = [input("a"), input("b", "nl"), input("c"), { ...input("a"), countryCode: "GB" }];
    let error: AppError | undefined;
    try {
      planLocations({ current: [], incoming });
    } catch (thrown) {
      error = thrown as AppError;
    }
    expect(error).toMatchObject({ category: "incorrect", code: "location.invalid" });
    expect(error!.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/locations/1/country_code country_code.malformed",
      "/locations/1/subdivision_code subdivision_code.malformed",
      "/locations/3/location_id location_id.duplicate",
      "/locations/3/subdivision_code subdivision_code.other_country",
    ]);
  });

  it("every listed location ends active exactly once, and the same list again changes nothing", () => {
    const ids = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const states = fc.uniqueArray(fc.record({ id: ids, active: fc.boolean() }), { selector: ({ id }) => id });
    const lists = fc.uniqueArray(fc.record({ id: ids, code: fc.constantFrom("NL-FL", "GB-NSM") }), {
      selector: ({ id }) => id,
    });
    fc.assert(
      fc.property(states, lists, (known, listed) => {
        const current = known.map(({ id, active }) => state(id, { active }));
        const incoming = listed.map(({ id, code }) => input(id, code));
        const plan = planLocations({ current, incoming });
        const changed = [...plan.update, ...plan.reactivate, ...plan.deactivate].map(({ after }) => after);
        expect(plan.add.length + plan.update.length + plan.reactivate.length + plan.unchanged.length).toBe(
          incoming.length,
        );
        const touched = new Map([...current, ...plan.add, ...changed].map((one) => [one.locationId, one]));
        const active = [...touched.values()].filter((one) => one.active).map((one) => one.locationId);
        expect(new Set(active)).toEqual(new Set(incoming.map((one) => one.locationId)));
        expect(counts(planLocations({ current: [...touched.values()], incoming }))).toEqual([
          0,
          0,
          0,
          0,
          incoming.length,
        ]);
      }),
    );
  });
});

it.each([
  [13, 3, false],
  [13, 4, true],
  [1, 1, false],
  [2, 2, false],
  [4, 3, true],
  [100, 25, false],
  [100, 26, true],
])("of %i active locations, deactivating %i is a mass deactivation: %s", (active, deactivated, isMass) => {
  expect(isMassDeactivation(active, deactivated)).toBe(isMass);
});
