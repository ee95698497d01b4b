// Event types and their schemas over HTTP: the brief's new field, what is refused and why, and what stays as it is.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEvent } from "../../../testing/events.ts";
import { adminKey, openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";

interface Reason {
  pointer: string;
  code: string;
  detail: string;
}
interface Version {
  event_type: string;
  schema_version: number;
  json_schema: object;
  fields: object[];
  compatibility: string;
  upcast: object[];
  upcast_sha256: string | null;
  approved_by: string | null;
  approval_reasons: Reason[] | null;
  registered_by: string;
}
interface Body extends Version {
  code: string;
  detail: string;
  errors: Reason[];
  owner: string | null;
  description: string | null;
  on_new_version: string;
  versions: Version[];
  compatible: boolean;
  verdict: string;
  registered: boolean;
  reasons: Reason[];
  stored: { checked: number; refused: number; complete: boolean; samples: (Reason & { event_id: string })[] };
}

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function call(method: string, path: string, options?: SendOptions): Promise<{ status: number; body: Body }> {
  const response = await api.send(method, `/v1/schemas${path}`, options);
  return { status: response.status, body: (await response.json()) as Body };
}

const register = (type: string, body: unknown, options: { approve?: boolean } & SendOptions = {}) =>
  call("POST", `/${type}/versions${options.approve === true ? "?approve=true" : ""}`, { ...options, body });
const check = (type: string, body: unknown) => call("POST", `/${type}/versions/check`, { body });
const told = (reasons: Reason[]) => reasons.map(({ code, pointer }) => `${code} ${pointer}`);

const text = { type: "string" };
function object(properties: object, others: object = {}) {
  return { type: "object", properties, ...others };
}

async function auditOf(eventType: string) {
  const { rows } = await api.database.query<{ action: string; actor: string; after: Record<string, unknown> }>(
    "select action, actor, after from audit where object_type = 'event_type' and object_id = $1 order by audit_id",
    [eventType],
  );
  return rows;
}

describe("the brief's new field", () => {
  const v2 = {
    json_schema: object({
      scanner_location: { type: "string", maxLength: 200 },
      barcode_type: { enum: ["QR", "EAN"], description: "What was scanned.", "x-pii": false },
    }),
    upcast: [{ op: "default", path: "/barcode_type", value: "QR" }],
  };

  test("200: a check says that it fits, and stores nothing", async () => {
    const { status, body } = await check("BarcodeScanned", v2);
    expect([status, body]).toEqual([
      200,
      {
        event_type: "BarcodeScanned",
        schema_version: 2,
        registered: false,
        compatibility: "backward",
        compatible: true,
        verdict: "compatible",
        reasons: [],
        stored: { checked: 0, refused: 0, complete: true, samples: [] },
      },
    ]);
    expect((await call("GET", "/BarcodeScanned")).body.versions).toHaveLength(1);
  });

  test("201: it is registered, with its steps, their hash, notes of its fields and its audit", async () => {
    const response = await api.send("POST", "/v1/schemas/BarcodeScanned/versions", { body: v2 });
    expect([response.status, response.headers.get("location")]).toEqual([201, "/v1/schemas/BarcodeScanned"]);
    const registered = (await response.json()) as Version;
    expect(registered).toMatchObject({ event_type: "BarcodeScanned", schema_version: 2, ...v2, approved_by: null });
    expect(registered.upcast_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(registered.fields).toContainEqual({
      pointer: "/barcode_type",
      types: [],
      required: false,
      description: "What was scanned.",
      pii: false,
      unit: null,
    });
    const { body } = await call("GET", "/BarcodeScanned");
    expect(body).toMatchObject({ event_type: "BarcodeScanned", owner: "checkout", schema_version: 2 });
    expect(body.versions.map((version) => [version.schema_version, version.upcast])).toEqual([
      [2, v2.upcast],
      [1, []],
    ]);
    expect(await auditOf("BarcodeScanned")).toEqual([
      expect.objectContaining({
        action: "schema.registered",
        actor: "admin-key",
        after: expect.objectContaining({ schema_version: 2, upcast_sha256: registered.upcast_sha256 }),
      }),
    ]);
    const named: string[] = [];
    for await (const { name } of api.lake.list("schemas/")) named.push(name);
    expect(named).toEqual([expect.stringMatching(/^schemas\/[0-9a-f]{32}\/2\.json$/)]);
  });

  test("200: the same again is the same version, with its steps or without", async () => {
    for (const body of [v2, { json_schema: v2.json_schema }]) {
      const again = await register("BarcodeScanned", body);
      expect([again.status, again.body.schema_version]).toEqual([200, 2]);
      expect((await check("BarcodeScanned", body)).body).toMatchObject({ schema_version: 2, registered: true });
    }
    expect(await auditOf("BarcodeScanned")).toHaveLength(1);
  });
});

describe("409 schema.incompatible: every reason, and check says the same", () => {
  const older = object(
    { a: { type: "number" }, b: { enum: ["x", "y"] }, c: text },
    { required: ["a"], description: "What is sold." },
  );
  const newer = {
    json_schema: object({ a: { type: "integer" }, b: { enum: ["x"] }, d: text, e: text }, { required: ["a", "e"] }),
  };
  const reasons = [
    "compatibility.required_added /json_schema/required/1",
    "compatibility.type_narrowed /json_schema/properties/a/type",
    "compatibility.enum_shortened /json_schema/properties/b/enum",
    "compatibility.field_renamed /json_schema/properties",
  ];

  test("a required field, a narrower type, a shorter list, another name", async () => {
    expect((await register("Sold", { json_schema: older, owner: "shop" })).status).toBe(201);
    const { status, body } = await register("Sold", newer);
    expect([status, body.code, told(body.errors)]).toEqual([409, "schema.incompatible", reasons]);
    expect((await register("Sold", newer, { approve: true })).body.code).toBe("schema.incompatible");
    const checked = (await check("Sold", newer)).body;
    expect([checked.verdict, checked.compatible, checked.reasons]).toEqual(["incompatible", false, body.errors]);
    expect((await call("GET", "/Sold")).body.versions).toHaveLength(1);
  });

  test("201 with steps that say what became of each", async () => {
    const upcast = [
      { op: "cast", path: "/a", type: "integer", allow_loss: true },
      { op: "map", path: "/b", values: { y: "x" } },
      { op: "rename", path: "/c", to: "d" },
      { op: "default", path: "/e", value: "" },
    ];
    const { status, body } = await register("Sold", { ...newer, upcast });
    expect([status, body.schema_version]).toEqual([201, 2]);
    expect(body.upcast[2]).toEqual({ op: "rename", path: "/c", to: "/d" });
  });

  test("another mode for one version, and none", async () => {
    const wider = { json_schema: object({ a: text }) };
    expect((await register("Sold", { ...wider, compatibility: "full" })).body.code).toBe("schema.incompatible");
    const { status, body } = await register("Sold", { ...wider, compatibility: "none" });
    expect([status, body.compatibility]).toEqual([201, "none"]);
    expect((await call("GET", "/Sold")).body.compatibility).toBe("backward");
  });
});

test("409 schema.needs_approval: what cannot be proven, until somebody answers for it", async () => {
  await register("Scanned", { json_schema: object({ code: text }) });
  const newer = { json_schema: object({ code: { type: "string", pattern: "^\\d+$" } }) };
  const refused = await register("Scanned", newer);
  expect([refused.status, refused.body.code]).toEqual([409, "schema.needs_approval"]);
  expect(refused.body.errors).toEqual([
    {
      pointer: "/json_schema/properties/code/pattern",
      code: "compatibility.unproven",
      detail: '/code of version 1, held against the new schema: whether all of it is right by "pattern" is not known.',
    },
  ]);
  expect((await check("Scanned", newer)).body).toMatchObject({ compatible: false, verdict: "unproven" });
  const { status, body } = await register("Scanned", newer, { approve: true });
  expect([status, body.approved_by, body.approval_reasons]).toEqual([201, "admin-key", refused.body.errors]);
  expect((await auditOf("Scanned")).at(-1)?.after).toMatchObject({
    approved_by: "admin-key",
    approval_reasons: refused.body.errors,
  });
});

test("422 schema.invalid: every problem of the schema and of the steps, with its place", async () => {
  const { status, body } = await register("BarcodeScanned", {
    json_schema: object({ a: { type: "text", pattern: "(?=x)" }, b: { $ref: "#/$defs/none" } }),
    upcast: [
      { op: "drop", path: "/a" },
      { op: "default", path: "a" },
    ],
  });
  expect([status, body.code, told(body.errors)]).toEqual([
    422,
    "schema.invalid",
    [
      "schema.pattern_refused /json_schema/properties/a/pattern",
      "schema.word_invalid /json_schema/properties/a/type",
      "step.loses /upcast/0",
      "step.member_missing /upcast/1/value",
      "step.pointer_invalid /upcast/1/path",
    ],
  ]);
  const wrong = [
    [{}, "invalid_value /json_schema"],
    [{ json_schema: 1 }, "schema.no_object /json_schema"],
    [{ json_schema: {}, extra: 1 }, "body.unknown_field /extra"],
    [{ json_schema: { $ref: "#" } }, "schema.ref_circle /json_schema"],
    [
      {
        json_schema: object({ t: { enum: ["QR"] } }),
        upcast: [{ op: "default", path: "/t", value: 1 }],
        compatibility: "none",
      },
      "schema.default_refused /json_schema/properties/t/enum",
    ],
  ] as const;
  for (const [candidate, reason] of wrong) {
    const refused = await register("BarcodeScanned", candidate);
    expect([refused.status, told(refused.body.errors)]).toEqual([422, [reason]]);
    expect((await check("BarcodeScanned", candidate)).body.errors).toEqual(refused.body.errors);
  }
  const first = await register("NeverSeen", { json_schema: {}, upcast: [{ op: "default", path: "/a", value: 1 }] });
  expect(told(first.body.errors)).toEqual(["steps.no_version_before /upcast"]);
  expect((await call("GET", "/NeverSeen")).status).toBe(404);
  expect((await register("%20x", { json_schema: {} })).status).toBe(422);
});

test("numbers of steps keep their digits; those of a schema must be a double's", async () => {
  const send = (body: string) =>
    api.app.request("/v1/schemas/Measured/versions", {
      method: "POST",
      headers: {
        authorization: `Bearer ${adminKey}`,
        "content-type": "application/json",
      },
      body,
    });
  expect((await send('{"json_schema":{}}')).status).toBe(201);
  const second = await send(
    '{"json_schema":{"title":"2"},"upcast":[{"op":"default","path":"/n","value":9007199254740993}]}',
  );
  expect(second.status).toBe(201);
  expect(await second.text()).toContain('"value":9007199254740993');
  const { rows } = await api.database.query<{ upcast: string }>(
    "select upcast::text from event_schema where event_type = 'Measured' and schema_version = 2",
  );
  expect(rows[0]?.upcast).toContain("9007199254740993");
  expect(await (await send('{"json_schema":{"maxProperties":9007199254740993}}')).json()).toMatchObject({
    code: "schema.invalid",
    errors: [{ code: "schema.number_inexact", pointer: "/json_schema/maxProperties" }],
  });
  expect(
    await (await send('{"json_schema":{},"upcast":[{"op":"default","path":"/n","value":"\\u00001e5"}]}')).json(),
  ).toMatchObject({ code: "text.unstorable", errors: [{ pointer: "/upcast/0/value" }] });
});

test("versions of a type have no gap, however many register at once, and each is compared with the one before it", async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      register("Raced", { json_schema: object({ [`f${at}`]: text }, { title: String(at) }) }),
    ),
  );
  const registered = answers.filter(({ status }) => status === 201).map(({ body }) => body.schema_version);
  // The first one wins; the others drop its field and name another, which is refused.
  expect(registered).toEqual([1]);
  const titled = await Promise.all(
    Array.from({ length: 12 }, (_, at) => register("Titled", { json_schema: { title: String(at) } })),
  );
  expect(titled.map(({ body }) => body.schema_version).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, at) => at + 1),
  );
});

test("a check counts the stored events that the schema would refuse, once the steps were done to them", async () => {
  const seen = (metadata: object) => anEvent({ event_type: "CheckoutStarted", metadata });
  const events = [seen({ note: "a" }), seen({ note: 1 }), seen({ other: true }), seen({ note: "", n: "x" })];
  expect((await api.send("POST", "/v1/events", { body: events })).status).toBe(200);
  const stored = (await call("GET", "/CheckoutStarted")).body.versions[0]!.json_schema as { properties: object };
  const json_schema = { ...stored, properties: { ...stored.properties, note: text, m: { type: "integer" } } };
  const { body } = await check("CheckoutStarted", {
    json_schema,
    upcast: [{ op: "cast", path: "/n", type: "integer" }],
  });
  expect(body.reasons).toEqual([]);
  expect(body.stored).toMatchObject({ checked: 4, refused: 2, complete: true });
  const samples = new Map(body.stored.samples.map(({ event_id, code, pointer }) => [event_id, `${code} ${pointer}`]));
  expect(samples).toEqual(
    new Map([
      [events[1]!.event_id, "event.schema_violation /metadata/note"],
      [events[3]!.event_id, "upcast.uncastable /metadata/n"],
    ]),
  );
});

test("what is said of a type changes, its versions do not", async () => {
  await register("Told", {
    json_schema: {},
    owner: "shop",
    description: "Somebody was told.",
    on_new_version: "publish",
  });
  const before = (await call("GET", "/Told")).body;
  expect(before).toMatchObject({ owner: "shop", description: "Somebody was told.", on_new_version: "publish" });
  const changed = await call("PATCH", "/Told", { body: { owner: null, compatibility: "full_transitive" } });
  expect(changed.body).toEqual({ ...before, owner: null, compatibility: "full_transitive" });
  expect((await register("Told", { json_schema: {}, on_new_version: "propose" })).status).toBe(200);
  expect((await call("GET", "/Told")).body).toMatchObject({ on_new_version: "propose", schema_version: 1 });
  expect((await auditOf("Told")).map(({ action }) => action)).toEqual([
    "event_type.created",
    "schema.registered",
    "event_type.changed",
    "event_type.changed",
  ]);
  expect((await call("PATCH", "/Told", { body: {} })).status).toBe(422);
  expect((await call("PATCH", "/Nothing", { body: { owner: "x" } })).body.code).toBe("schema.not_found");
  const narrower = { json_schema: { required: ["a"] } };
  expect((await register("Told", narrower)).body.code).toBe("schema.incompatible");
});

test("403: a key that is limited to a place decides nothing for all of them", async () => {
  const location_id = "51000000-0000-4000-8000-000000000001";
  await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  const key = await api.keyOf("operator", [location_id]);
  expect((await register("Sold", { json_schema: {} }, { key })).body.code).toBe("key.limited");
  const analyst = await api.keyOf("analyst");
  expect((await register("Sold", { json_schema: {} }, { key: analyst })).status).toBe(403);
  expect((await call("POST", "/Sold/versions/check", { key: analyst, body: { json_schema: {} } })).status).toBe(200);
});
