// The catalogue over HTTP: complete, consistent both ways, told to each role as far as it may know, and in three forms.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";

interface Neighbour {
  dataset: string;
  by: string[];
  columns: string[] | null;
}
interface Told {
  name: string;
  schema: string;
  kind: string;
  description: string;
  owner: string;
  personal_data: string;
  columns: Record<string, unknown>[];
  freshness: { refresh: string; newest_at: string | null };
  row_count: number | null;
  row_count_is_estimate: boolean | null;
  quality: { checked: number; refused: number; reject_rate: number | null; last_check: string | null } | null;
  upstream: Neighbour[];
  downstream: Neighbour[];
}

const location = "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a";
// Values that no description and no name holds.
const marks = ["zanzibar-4711", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "quokka@example.org"];

let api: TestApi;
let catalogue: Map<string, Told>;
beforeAll(async () => {
  api = await openTestApi();
  await api.send("POST", "/v1/locations", {
    body: { location_id: location, country_code: "NL", subdivision_code: "NL-FL" },
  });
  const event = (id: string, metadata: object) => ({
    event_id: `0190b8a0-4c3e-7d20-9a53-00000000000${id}`,
    event_type: "PaymentFailed",
    event_timestamp: "2026-03-01T10:00:00Z",
    user_id: marks[1],
    version: 1,
    metadata,
  });
  // The third one is a reject: its amount is no number.
  await api.send("POST", "/v1/events", {
    body: [event("1", { reason: marks[0] }), event("2", {}), event("3", { total_amount: marks[2] })],
  });
  await api.database.query(
    `insert into event_schema (event_type, schema_version, json_schema, registered_by) values
     ('Queue/Joined', 1, '{"type": "object"}', 'test'), ('Queue/Joined', 2, $1, 'test')`,
    [
      {
        type: "object",
        description: "Somebody {{ joined }} a | queue.",
        required: ["length"],
        properties: {
          length: { type: "integer", description: "How long it was.", "x-unit": "people" },
          nickname: { type: ["string", "null"], "x-pii": true },
          device: {
            type: "object",
            required: ["id"],
            properties: { id: { type: "string", "x-pii": "pseudonym" } },
          },
          lane: { enum: ["left", "right"], "x-pii": "whereabouts" },
        },
      },
    ],
  );
  catalogue = await read();
});
afterAll(() => api.close());

async function read(key?: string): Promise<Map<string, Told>> {
  const answer = await api.send("GET", "/v1/catalog", key === undefined ? {} : { key });
  expect(answer.status).toBe(200);
  const { data, next_cursor } = (await answer.json()) as { data: Told[]; next_cursor: null };
  expect(next_cursor).toBeNull();
  return new Map(data.map((dataset) => [dataset.name, dataset]));
}

async function textOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await api.send("GET", path, { headers });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.text();
}

describe("the list", () => {
  test("has every table, view and column of public and mart, described", async () => {
    const { rows } = await api.database.query<{ dataset: string; column: string; kind: string }>(
      `select case c.table_schema when 'public' then '' else c.table_schema || '.' end || c.table_name as dataset,
         c.column_name as column, case t.table_type when 'VIEW' then 'view' else 'table' end as kind
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema in ('public', 'mart')`,
    );
    const told = [...catalogue.values()]
      .filter(({ kind }) => kind === "table" || kind === "view")
      .flatMap(({ name, kind, columns }) => columns.map((column) => `${kind} ${name} ${String(column["name"])}`));
    expect(told.toSorted()).toEqual(rows.map((row) => `${row.kind} ${row.dataset} ${row.column}`).toSorted());
    for (const { name, description, owner, freshness, columns, kind } of catalogue.values()) {
      expect([name, description, owner, freshness.refresh]).not.toContain("");
      const silent = columns.filter((column) => !column["description"]).map((column) => column["name"]);
      expect([name, kind === "event_type" ? [] : silent]).toEqual([name, []]);
    }
  });

  test("says in full what a comment only points at", () => {
    const told = (dataset: string) =>
      catalogue.get(dataset)?.columns.find(({ name }) => name === "event_timestamp")?.["description"];
    expect(told("events")).toBe("When the event occurred.");
    expect(told("event_history")).toBe("When the event occurred. (As in events.)");
    expect(told("mart.fact_events_holidays")).toBe("When the event occurred. (As in fact_events.)");
  });

  test("tells lineage both ways, and only of what is there", () => {
    const edges = (side: "upstream" | "downstream") =>
      [...catalogue.values()].flatMap((each) =>
        each[side].map(({ dataset, by }) => {
          const [from, to] = side === "upstream" ? [dataset, each.name] : [each.name, dataset];
          return `${from} > ${to} by ${by.join(", ")}`;
        }),
      );
    expect(edges("upstream").toSorted()).toEqual(edges("downstream").toSorted());
    const named = [...catalogue.values()].flatMap(({ upstream, downstream }) => [...upstream, ...downstream]);
    expect(named.filter(({ dataset }) => !catalogue.has(dataset))).toEqual([]);
    // From the till to the question that the product exists for.
    const path = ["source.callers", "lake.raw", "events", "mart.fact_events", "mart.fact_events_holidays"];
    for (const [place, name] of path.slice(1).entries()) {
      expect(catalogue.get(name)?.upstream.map(({ dataset }) => dataset)).toContain(path[place]);
    }
    expect(catalogue.get("mart.fact_events")?.upstream.find(({ dataset }) => dataset === "batch")).toEqual({
      dataset: "batch",
      by: ["view"],
      columns: ["batch_id", "committed_at"],
    });
    expect(catalogue.get("holiday")?.upstream.find(({ dataset }) => dataset === "source.holidays")?.by).toEqual([
      "job holiday-sync",
    ]);
  });

  test("tells event types by their newest schema: fields, units, personal data", () => {
    const dataset = catalogue.get("event_type.Queue/Joined");
    expect(dataset).toMatchObject({
      kind: "event_type",
      description: "Somebody {{ joined }} a | queue.",
      personal_data: "direct",
      row_count: null,
    });
    const told = dataset?.columns.map(({ name, type, nullable, unit, personal_data }) => [
      name,
      type,
      nullable,
      unit,
      personal_data,
    ]);
    // PostgreSQL keeps members of JSON by the length of their names.
    expect(told).toEqual([
      ["lane", "any", true, null, "direct"],
      ["device", "object", true, null, "none"],
      ["device.id", "string", true, null, "pseudonym"],
      ["length", "integer", false, "people", "none"],
      ["nickname", "string | null", true, null, "direct"],
    ]);
    expect(dataset?.owner).toBe("events");
    expect(catalogue.get("event_type.PaymentFailed")).toMatchObject({
      owner: "checkout",
      row_count: 2,
      row_count_is_estimate: false,
    });
    expect(catalogue.get("events")?.upstream.map(({ dataset: name }) => name)).toContain("event_type.PaymentFailed");
  });

  test("counts rows, knows what is newest, and how much was refused", () => {
    expect(catalogue.get("events")).toMatchObject({
      row_count: 2,
      row_count_is_estimate: false,
      freshness: { newest_at: expect.stringMatching(/^20.*Z$/) },
      quality: { checked: 3, refused: 1, reject_rate: 1 / 3, last_check: expect.stringMatching(/Z$/) },
    });
    expect(catalogue.get("mart.fact_events")?.freshness.newest_at).toBe(catalogue.get("events")?.freshness.newest_at);
    expect(catalogue.get("location")).toMatchObject({ row_count: 1, quality: null });
    expect(catalogue.get("sync")).toMatchObject({ row_count: 0, freshness: { newest_at: null } });
  });

  test("sees what was loaded and made since the last answer", async () => {
    await api.database.query("create table mart.novelty (n int); comment on table mart.novelty is 'New.'");
    try {
      expect((await read()).get("mart.novelty")).toMatchObject({ description: "New.", row_count: 0 });
    } finally {
      await api.database.query("drop table mart.novelty");
    }
    expect((await read()).has("mart.novelty")).toBe(false);
  });
});

describe("who is told what", () => {
  const measuresOf = (told: Map<string, Told>) =>
    [...told.values()].flatMap(({ freshness, row_count, row_count_is_estimate, quality }) =>
      [freshness.newest_at, row_count, row_count_is_estimate, quality].filter((value) => value !== null),
    );

  test.each([
    ["a reader", "reader", undefined],
    ["an analyst of one location", "analyst", [location]],
    ["an operator of one location", "operator", [location]],
  ] as const)("%s sees names and meaning, and no measure of other places' data", async (_who, role, locations) => {
    const told = await read(await api.keyOf(role, locations === undefined ? undefined : [...locations]));
    expect([...told.keys()]).toEqual([...catalogue.keys()]);
    expect(measuresOf(told)).toEqual([]);
  });

  test("an analyst without limits sees measures", async () => {
    expect(measuresOf(await read(await api.keyOf("analyst"))).length).toBeGreaterThan(100);
  });

  test("an ingester and nobody see nothing", async () => {
    for (const path of ["/v1/catalog", "/v1/catalog/events", "/catalog", "/catalog/events"]) {
      expect((await api.send("GET", path, { key: await api.keyOf("ingester") })).status).toBe(403);
      const unknown = await api.send("GET", path, { key: null });
      // A browser asks whoever sits in front of it.
      expect([path, unknown.status, unknown.headers.get("www-authenticate")?.includes("Basic")]).toEqual([
        path,
        401,
        path.startsWith("/catalog"),
      ]);
    }
  });

  test("no form of the catalogue holds a value of the data", async () => {
    // Statistics of the planner hold frequent values: they are counted, not told.
    await api.database.query("analyze");
    const paths = [
      "/v1/catalog",
      "/v1/catalog?format=markdown",
      "/v1/catalog?format=dbt",
      "/v1/catalog/events",
      "/v1/catalog/reject",
      "/v1/catalog/users",
      "/catalog",
      "/catalog/events",
    ];
    for (const path of paths) {
      const text = await textOf(path);
      expect([path, marks.filter((mark) => text.includes(mark))]).toEqual([path, []]);
    }
  });
});

describe("one dataset", () => {
  test("is the same as in the list, by its name and by its schema and name", async () => {
    for (const name of ["events", "mart.fact_events", "event_type.BarcodeScanned", "lake.raw", "source.callers"]) {
      expect(JSON.parse(await textOf(`/v1/catalog/${name}`))).toEqual(catalogue.get(name));
    }
    expect(JSON.parse(await textOf("/v1/catalog/public.events"))).toEqual(catalogue.get("events"));
    expect(JSON.parse(await textOf("/v1/catalog/event_type.Queue%2FJoined"))).toMatchObject({
      name: "event_type.Queue/Joined",
    });
  });

  test("that is not there is 404", async () => {
    for (const name of ["nowhere", "mart", "pg_class", "bullmq.job", "event_type.Nope", "Events"]) {
      const answer = await api.send("GET", `/v1/catalog/${name}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: "dataset.not_found" });
      expect((await api.send("GET", `/catalog/${name}`)).status).toBe(404);
    }
  });

  test("comes as Markdown, not as dbt", async () => {
    const text = await textOf("/v1/catalog/mart.dim_users?format=markdown");
    expect(text).toContain("## mart.dim\\_users");
    expect(text).toContain("| email | text | yes |");
    expect(text).toContain("direct, masked");
    expect((await api.send("GET", "/v1/catalog/mart.dim_users?format=dbt")).status).toBe(422);
    const refused = await api.send("GET", "/v1/catalog/mart.dim_users", { headers: { accept: "application/yaml" } });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      406,
      "request.not_acceptable",
    ]);
  });
});

describe("forms", () => {
  test("are chosen by ?format= or by Accept", async () => {
    const typeOf = async (path: string, accept?: string) =>
      (await api.send("GET", path, accept === undefined ? {} : { headers: { accept } })).headers.get("content-type");
    expect(await typeOf("/v1/catalog")).toBe("application/json");
    expect(await typeOf("/v1/catalog", "text/markdown")).toMatch(/^text\/markdown/);
    expect(await typeOf("/v1/catalog", "application/yaml, application/json;q=0.5")).toMatch(/^application\/yaml/);
    expect(await typeOf("/v1/catalog?format=json", "text/markdown")).toBe("application/json");
    expect((await api.send("GET", "/v1/catalog", { headers: { accept: "text/csv" } })).status).toBe(406);
  });

  test("Markdown names every dataset, links only to its own sections, and takes descriptions as text", async () => {
    const text = await textOf("/v1/catalog?format=markdown");
    const anchors = new Set([...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id));
    expect(anchors.size).toBe(catalogue.size);
    const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(catalogue.size);
    expect(targets.filter((target) => !anchors.has(target))).toEqual([]);
    expect(text).toContain("a \\| queue.");
  });

  test("dbt sources have every relation and column, with the tests that keys promise", async () => {
    interface DbtColumn {
      name: string;
      description: string;
      data_type: string;
      data_tests?: unknown[];
      config?: { meta: object };
    }
    interface DbtTable {
      name: string;
      description: string;
      columns: DbtColumn[];
      config: { loaded_at_field?: string; freshness?: object; meta: object };
    }
    const document = parse(await textOf("/v1/catalog?format=dbt")) as {
      version: number;
      sources: { name: string; schema: string; tables: DbtTable[] }[];
    };
    expect(document.version).toBe(2);
    expect(document.sources.map(({ name, schema }) => [name, schema])).toEqual([
      ["almanac", "public"],
      ["almanac_mart", "mart"],
    ]);
    const told = document.sources.flatMap(({ schema, tables }) =>
      tables.flatMap((table) =>
        table.columns.map((column) => [`${schema}.${table.name}.${column.name}`, column.data_type]),
      ),
    );
    const relations = [...catalogue.values()].filter(({ kind }) => kind === "table" || kind === "view");
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(
        relations.flatMap(({ name, schema, columns }) =>
          columns.map((column) => [
            `${schema}.${name.replace(/^mart\./, "")}.${String(column["name"])}`,
            column["type"],
          ]),
        ),
      ),
    );
    const tables = new Map(document.sources.flatMap((source) => source.tables).map((table) => [table.name, table]));
    const testsOf = (table: string, column: string) =>
      tables.get(table)?.columns.find(({ name }) => name === column)?.data_tests;
    expect(testsOf("load", "load_id")).toEqual(["unique", "not_null"]);
    expect(testsOf("reject", "load_id")).toEqual([
      "not_null",
      { relationships: { arguments: { to: "source('almanac', 'load')", field: "load_id" } } },
    ]);
    // An event may name a user that no feed has brought; nothing enforces a view's columns.
    expect(testsOf("events", "user_id")).toEqual(["not_null"]);
    expect(testsOf("fact_events", "event_id")).toBeUndefined();
    expect(tables.get("fact_events")?.config).toMatchObject({
      loaded_at_field: "recorded_at",
      freshness: { warn_after: { count: 24, period: "hour" } },
      meta: { owner: "analysis" },
    });
    for (const { name, columns, config } of tables.values()) {
      const fields = columns.map((column) => column.name);
      expect([name, fields.includes(config.loaded_at_field ?? fields[0]!)]).toEqual([name, true]);
    }
  });
});
