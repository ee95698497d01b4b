// What "compatible" promises, held against the engine that judges lines: documents of the old schema's named fields are
// right by the new one once the steps were done to them.
import { checkCompatibility } from "@almanac/domain/schema/compatibility";
import type { JsonObject, JsonValue } from "@almanac/domain/schema/exact-json";
import { composeUpcast } from "@almanac/domain/schema/upcast";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anySchema, anySteps, changed, documentOf } from "../../testing/schemas.ts";
import { compileSchemas } from "../schemas.ts";

function judgeOf(jsonSchema: JsonObject): (metadata: JsonValue) => boolean {
  const schemas = compileSchemas([{ eventType: "E", schemaVersion: 1, jsonSchema }]);
  const judge = schemas.find("E")!.versions.get(1)!;
  return (metadata) => judge(metadata) === null;
}

const pair = anySchema.chain((older) => {
  const newer = fc.oneof(
    { weight: 4, arbitrary: changed(older) },
    { weight: 1, arbitrary: changed(older).chain(changed) },
    { weight: 1, arbitrary: anySchema },
  );
  const steps = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: anySteps });
  return fc.record({
    older: fc.constant(older),
    newer,
    steps,
    documents: fc.array(documentOf(older), { maxLength: 12 }),
  });
});

describe("a schema that was called compatible", () => {
  it("backward: takes every document of the older one, once the steps were done to it", () => {
    let compatible = 0;
    let documents = 0;
    fc.assert(
      fc.property(pair, ({ older, newer, steps, documents: drawn }) => {
        const known = [{ schemaVersion: 1, jsonSchema: older, upcast: [] }];
        if (checkCompatibility("backward", known, newer, steps).verdict !== "compatible") return;
        compatible += 1;
        const isRight = judgeOf(newer);
        const upcast = composeUpcast([{ schemaVersion: 2, steps }], 1, 2);
        for (const document of drawn.filter(judgeOf(older))) {
          const upcasted = upcast.apply(document as JsonObject);
          expect(upcasted).not.toHaveProperty("failure");
          if ("failure" in upcasted) continue;
          documents += 1;
          expect([isRight(upcasted.metadata), upcasted.metadata]).toEqual([true, upcasted.metadata]);
        }
      }),
      { numRuns: 500 },
    );
    // Else it would say nothing.
    expect(compatible).toBeGreaterThan(40);
    expect(documents).toBeGreaterThan(150);
  });

  it("forward: its documents are right by the older one", () => {
    let compatible = 0;
    fc.assert(
      fc.property(
        anySchema.chain((newer) =>
          fc.record({
            newer: fc.constant(newer),
            older: changed(newer),
            documents: fc.array(documentOf(newer), { maxLength: 12 }),
          }),
        ),
        ({ older, newer, documents }) => {
          const known = [{ schemaVersion: 1, jsonSchema: older, upcast: [] }];
          if (checkCompatibility("forward", known, newer, []).verdict !== "compatible") return;
          compatible += 1;
          const isRight = judgeOf(older);
          for (const document of documents.filter(judgeOf(newer))) {
            expect([isRight(document), document]).toEqual([true, document]);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(compatible).toBeGreaterThan(15);
  });

  it("is not called incompatible with itself", () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        const known = [{ schemaVersion: 1, jsonSchema: schema, upcast: [] }];
        expect(checkCompatibility("full_transitive", known, schema, [])).toEqual({
          verdict: "compatible",
          reasons: [],
        });
        expect(checkCompatibility("full", known, { ...schema, title: "T" }, [])).toEqual({
          verdict: "compatible",
          reasons: [],
        });
      }),
    );
  });
});
