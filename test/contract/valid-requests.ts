// Requests that the document calls valid and the data makes sensible: drawn from the operation's own schemas, with what
// no schema can tell (which ids exist, which dates go together) added by the parameter's name.
import fc from "fast-check";
import type { Operation, Parameter, Schema } from "./document.ts";
import { eventBodies } from "./event-bodies.ts";
import { locationIdOf, places } from "./places.ts";
import type { FuzzRequest } from "./request.ts";

const year = Temporal.Now.plainDateISO("UTC").year;
const firstDay = Temporal.PlainDate.from({ year: year - 1, month: 1, day: 1 });

const knownLocation = fc.nat(places.length - 1).map(locationIdOf);
const newLocation = fc.integer({ min: 100, max: 160 }).map(locationIdOf);
const codes = fc.constantFrom(...places);
const range = fc
  .tuple(fc.nat(900), fc.oneof({ weight: 9, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.nat(3_600) }))
  .map(([start, days]) => ({ from: firstDay.add({ days: start }), to: firstDay.add({ days: start + days }) }));
const version = fc.integer({ min: 1, max: 3 }).map(String);
const pastInstant = fc.constantFrom("$today:0$", "$instant:0$", "$instant:1$");

/** By the parameter's or member's name: what the schema leaves open. */
const byName: Record<string, fc.Arbitrary<unknown>> = {
  location_id: knownLocation,
  location_ids: fc.uniqueArray(knownLocation, { minLength: 1, maxLength: 4 }),
  sync_id: fc.nat(50).map((place) => `$sync:${place}$`),
  load_id: fc.nat(50).map((place) => `$load:${place}$`),
  run_id: fc.nat(50).map((place) => `$run:${place}$`),
  event_id: fc.nat(50).map((place) => `$event:${place}$`),
  event_type: fc.constantFrom("CheckoutStarted", "PaymentSuccessful", "BarcodeScanned"),
  dataset: fc.constantFrom("events", "mart.fact_events", "event_type.BarcodeScanned", "lake.raw"),
  snapshot: fc.nat(50).map((place) => `$snapshot:${place}$`),
  snapshot_id: fc.nat(50).map((place) => `$snapshot:${place}$`),
  a: fc.nat(50).map((place) => `$snapshot:${place}$`),
  b: fc.nat(50).map((place) => `$snapshot:${place}$`),
  key_id: fc.nat(50).map((place) => `$key:${place}$`),
  version,
  line: fc.integer({ min: 1, max: 3 }).map(String),
  object: fc
    .constantFrom("load", "sync", "location")
    .chain((kind) => fc.constantFrom(kind, `${kind}:${locationIdOf(0)}`)),
  actor: fc.constantFrom("admin-key", "worker"),
  action: fc.constantFrom("load.accepted", "sync.finished", "key.created"),
  as_of: pastInstant,
  events_as_of: pastInstant,
  calendar_as_of: pastInstant,
  type: fc.constantFrom("public", "public,bank", "all", "school,observance"),
  language: fc.constantFrom("nl", "en", "pt-BR", "de-DE"),
  time_zone: fc.constantFrom("Europe/Amsterdam", "Pacific/Auckland", null),
  years: fc.subarray([year - 1, year, year + 1], { minLength: 1 }),
  expires_at: fc.constantFrom("2100-01-01T00:00:00Z", "2099-12-31T23:59:59.999+02:00", null),
  name: fc.string({ unit: "grapheme", minLength: 0, maxLength: 30 }).map((text) => `key ${text}`),
  allow_mass_deactivation: fc.constantFrom("true", "true", "false"),
  wait: fc.constantFrom("0", "1"),
};

/** How often what is optional is given; otherwise one time in three. */
const givenOften: Record<string, number> = { requestSync: 9, replaceLocations: 9 };

export function validRequest(operation: Operation): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      params: fc.record(
        Object.fromEntries(parametersIn(operation, "path").map((each) => [each.name, textFor(each, operation)])),
      ),
      query: queryOf(operation),
      headers: headersOf(operation),
      key: fc.oneof(
        { weight: 12, arbitrary: fc.constant("admin") },
        {
          weight: 4,
          arbitrary: fc.constantFrom(
            "reader",
            "analyst",
            "ingester",
            "operator",
            "limited reader",
            "limited operator",
            "limited ingester",
          ),
        },
      ),
      sent: bodyFor(operation),
    })
    .map(({ sent: { body, mediaType }, ...drawn }) => ({
      operationId: operation.operationId,
      method: operation.method,
      path: operation.path,
      rawQuery: "",
      mutations: [],
      ...drawn,
      body,
      headers: body === null ? drawn.headers : { "content-type": mediaType, ...drawn.headers },
    }));
}

function parametersIn(operation: Operation, place: Parameter["in"]): Parameter[] {
  return operation.parameters.filter((parameter) => parameter.in === place);
}

function queryOf(operation: Operation): fc.Arbitrary<[string, string][]> {
  if (operation.operationId === "getDiff") {
    const pair = (name: string, value: fc.Arbitrary<string>) =>
      fc.tuple(value, value).map(([from, to]): [string, string][] => [
        [`from_${name}`, from],
        [`to_${name}`, to],
      ]);
    return fc.oneof(pair("version", version), pair("as_of", pastInstant));
  }
  const declared = parametersIn(operation, "query").filter((each) => each.name !== "from" && each.name !== "to");
  const single = declared.map((each) => {
    const values = (
      each.schema.type === "array"
        ? fc.array(textFor(each, operation), { minLength: 1, maxLength: 5 })
        : fc.tuple(textFor(each, operation))
    ).map((texts) => texts.map((text): [string, string] => [each.name, text]));
    return each.required === true ? values : sometimes(values, operation, []);
  });
  const dates = declared.length < parametersIn(operation, "query").length ? range.map(datePairs) : fc.constant([]);
  return fc.tuple(dates, ...single).map((lists) => withoutContradiction(lists.flat()));
}

function datePairs({ from, to }: { from: Temporal.PlainDate; to: Temporal.PlainDate }): [string, string][] {
  return [
    ["from", from.toString()],
    ["to", to.toString()],
  ];
}

/** More than one of these at once is not valid. */
const states = new Set(["snapshot", "version", "as_of"]);

function withoutContradiction(query: [string, string][]): [string, string][] {
  const kept = query.map(([name]) => name).find((name) => states.has(name));
  return query.filter(([name]) => name === kept || !states.has(name));
}

function textFor({ name, schema }: Parameter, operation: Operation): fc.Arbitrary<string> {
  if (name === "cursor") {
    return fc.nat(9).map((place) => `$cursor.${operation.operationId}:${place}$`);
  }
  const hint = schema.enum === undefined ? byName[name]?.filter((value) => value !== null) : undefined;
  return (hint ?? valueOf(schema.type === "array" ? (schema.items ?? {}) : schema)).map(String);
}

function headersOf(operation: Operation): fc.Arbitrary<Record<string, string>> {
  const idempotency = fc.nat(300).map((place) => ({ "idempotency-key": `fuzz ${place}` }));
  const none = fc.constant<Record<string, string>>({});
  if (operation.method !== "GET") {
    return fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: idempotency });
  }
  const accept = fc
    .constantFrom(
      "application/json",
      "*/*",
      "text/csv;q=0.9, application/json",
      "text/calendar",
      "text/html, */*;q=0.1",
    )
    .map((text) => ({ accept: text }));
  const tags = fc.constantFrom("*", '"none"', 'W/"none", "other"').map((text) => ({ "if-none-match": text }));
  return fc.oneof({ weight: 6, arbitrary: none }, { weight: 3, arbitrary: accept }, { weight: 1, arbitrary: tags });
}

interface SentBody {
  body: FuzzRequest["body"];
  mediaType: string;
}

function bodyFor(operation: Operation): fc.Arbitrary<SentBody> {
  const none = fc.constant<SentBody>({ body: null, mediaType: "" });
  const events = eventBodies[operation.operationId];
  if (operation.body === null) {
    return none;
  }
  if (events !== undefined) {
    return events.map(({ text, mediaType }) => ({ body: { text }, mediaType }));
  }
  const { mediaType } = operation.body;
  const body = sensible(operation, operation.body.schema).map((value) => ({
    body: { text: JSON.stringify(value) },
    mediaType,
  }));
  return operation.body.required ? body : fc.oneof({ weight: 1, arbitrary: none }, { weight: 9, arbitrary: body });
}

/** Members that must fit each other are drawn together, over what the schema gives. */
function sensible(operation: Operation, schema: Schema): fc.Arbitrary<unknown> {
  const drawn = valueOf(schema, operation) as fc.Arbitrary<Record<string, unknown>>;
  const location = (id: fc.Arbitrary<string>) =>
    fc
      .tuple(id, codes)
      .map(([location_id, [country_code, subdivision_code]]) => ({ location_id, country_code, subdivision_code }));
  switch (operation.operationId) {
    case "createSession":
      return fc.nat(50).map((place) => ({ link: `$link:${place}$` }));
    case "addLocation":
      return fc.tuple(drawn, location(newLocation)).map(([value, place]) => ({ ...value, ...place }));
    case "changeLocation":
      return fc.tuple(drawn, codes, fc.boolean()).map(([value, [country_code, subdivision_code], moves]) => {
        const { country_code: _country, subdivision_code: _subdivision, ...rest } = value;
        return moves || Object.keys(rest).length === 0 ? { ...rest, country_code, subdivision_code } : rest;
      });
    case "replaceLocations":
      return fc
        .tuple(
          fc.subarray(
            places.map((_codes, place) => place),
            { minLength: places.length - 2 },
          ),
          fc.uniqueArray(location(newLocation), { maxLength: 5, selector: (each) => each.location_id }),
        )
        .map(([known, added]) => ({
          locations: [
            ...known.map((place) => ({
              location_id: locationIdOf(place),
              country_code: places[place]?.[0],
              subdivision_code: places[place]?.[1],
            })),
            ...added,
          ],
        }));
    case "queryHolidays":
      return fc.tuple(drawn, range).map(([{ as_of, snapshot, ...value }, days]) => ({
        ...value,
        ...(snapshot === undefined ? { as_of } : { snapshot }),
        ...Object.fromEntries(datePairs(days)),
      }));
    case "createKey":
      return drawn.map((value) => (value["role"] === "admin" ? { ...value, location_ids: null } : value));
    default:
      return drawn;
  }
}

/** A value that the schema accepts. */
export function valueOf(schema: Schema, operation?: Operation): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) {
    return fc.constant(schema.const);
  }
  if (schema.enum !== undefined) {
    return fc.constantFrom(...schema.enum);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    return fc.oneof(...choices.map((choice) => valueOf(choice, operation)));
  }
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["null"]);
  return fc.oneof(...types.map((type) => valueOfType(type, schema, operation)));
}

function valueOfType(type: string, schema: Schema, operation: Operation | undefined): fc.Arbitrary<unknown> {
  const minimum = (schema["minimum"] as number | undefined) ?? 0;
  switch (type) {
    case "object":
      return objectOf(schema, operation);
    case "array":
      return fc.array(valueOf(schema.items ?? {}, operation), {
        minLength: (schema["minItems"] as number | undefined) ?? 0,
        maxLength: Math.min((schema["maxItems"] as number | undefined) ?? 5, 5),
      });
    case "integer":
    case "number":
      return fc.integer({ min: minimum, max: (schema["maximum"] as number | undefined) ?? minimum + 1_000 });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return textOf(schema);
  }
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  switch (schema["format"]) {
    case "uuid":
      return fc.uuid();
    case "date":
      return range.map(({ from }) => from.toString());
    case "date-time":
      return fc.constant("2026-01-01T00:00:00Z");
    default:
      return fc.string({
        unit: "grapheme",
        minLength: (schema["minLength"] as number | undefined) ?? 0,
        maxLength: Math.min((schema["maxLength"] as number | undefined) ?? 40, 40),
      });
  }
}

function objectOf({ properties = {}, required = [] }: Schema, operation: Operation | undefined): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, inner]) => {
    const value = (byName[name] ?? valueOf(inner, operation)).map((drawn) => [[name, drawn] as const]);
    return required.includes(name) ? value : sometimes(value, operation, []);
  });
  return fc.tuple(...members).map((lists) => Object.fromEntries(lists.flat()));
}

function sometimes<Value>(
  value: fc.Arbitrary<Value>,
  operation: Operation | undefined,
  otherwise: Value,
): fc.Arbitrary<Value> {
  const often = givenOften[operation?.operationId ?? ""] ?? 1;
  return fc.oneof({ weight: often, arbitrary: value }, { weight: 2, arbitrary: fc.constant(otherwise) });
}
