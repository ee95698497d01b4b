import { describe, expect, it } from "vitest";
import { briefEvents, gated, words } from "../../testing/gating.ts";

const [brief] = briefEvents;
const id = brief?.event_id ?? "";
const data = { user_id: brief?.user_id, related_id: brief?.related_id, version: 1, metadata: brief?.metadata };
const cloudEvent = {
  specversion: "1.0",
  id,
  source: "/checkout",
  type: "ArticleAddedToCart",
  time: "2024-08-17T10:00:00Z",
  datacontenttype: "application/json",
  data,
};
const structured = (change: Record<string, unknown> = {}) =>
  gated("application/cloudevents+json", JSON.stringify({ ...cloudEvent, ...change }, null, 1));

describe("a CloudEvent", () => {
  it("is an event under other names; what else it says is kept beside it", async () => {
    const [line] = await structured({
      subject: "cart 7",
      traceparent: "00-ab",
      data: { ...data, location_id: id.toUpperCase(), visit_date: "2026-08-17", schema_version: 1, note: [1.1] },
    });
    expect(line).toMatchObject({
      line: 1,
      event: {
        eventId: id,
        eventType: "ArticleAddedToCart",
        eventTimeUs: Date.UTC(2024, 7, 17, 10) * 1000,
        userId: brief?.user_id,
        relatedId: brief?.related_id,
        version: 1,
        locationId: id,
        visitDate: "2026-08-17",
        schemaVersion: 1,
      },
    });
    const event = line !== undefined && "event" in line ? line.event : null;
    expect(JSON.parse(event?.metadata ?? "")).toEqual(brief?.metadata);
    expect(JSON.parse(event?.extra ?? "")).toEqual({
      source: "/checkout",
      subject: "cart 7",
      traceparent: "00-ab",
      data: { note: [1.1] },
    });
  });

  it("keeps numbers that doubles do not hold", async () => {
    const body = JSON.stringify({ ...cloudEvent, data: { ...data, metadata: 0 } }).replace(
      '"metadata":0',
      '"metadata":{"article_id":"1","n":9007199254740993}',
    );
    const [line] = await gated("application/cloudevents+json", body);
    expect(line).toMatchObject({ event: { metadata: '{"article_id":"1","n":9007199254740993}' } });
  });

  it.each([
    [{ specversion: undefined }, "event.field_missing /specversion"],
    [{ specversion: "0.3" }, "cloudevent.specversion_unknown /specversion"],
    [{ source: "" }, "event.field_missing /source"],
    [{ id: "17" }, "event.uuid_invalid /id"],
    [{ type: undefined }, "event.field_missing /type"],
    [{ type: "com.example.Unheard" }, "event.type_unknown /type"],
    [{ time: undefined }, "event.field_missing /time"],
    [{ time: "2024-08-17 10:00:00" }, "event.timestamp_without_offset /time"],
    [{ datacontenttype: "text/xml" }, "cloudevent.data_unreadable /datacontenttype"],
    [{ data: undefined, data_base64: "e30=" }, "cloudevent.data_unreadable /data_base64"],
    [{ data: undefined }, "event.field_missing /data"],
    [{ data: "{}" }, "event.field_type /data"],
    [{ data: { ...data, user_id: "x" } }, "event.uuid_invalid /data/user_id"],
    [{ data: { ...data, metadata: undefined } }, "event.field_missing /data/metadata"],
    [{ data: { ...data, metadata: {} } }, "event.schema_violation /data/metadata/article_id"],
  ] satisfies [Record<string, unknown>, string][])("with %j is %s", async (change, said) => {
    expect(words(await structured(change))).toEqual([`1: ${said}`]);
  });

  it("comes in batches, each judged by itself", async () => {
    const second = { ...cloudEvent, id: briefEvents[1]?.event_id };
    const body = JSON.stringify([cloudEvent, { ...cloudEvent, id: briefEvents[2]?.event_id }, second, 1]);
    expect(words(await gated("application/cloudevents-batch+json", body))).toEqual([
      `1: ${id}`,
      "2: event.uuid_invalid /id",
      `3: ${briefEvents[1]?.event_id}`,
      "4: line.not_object",
    ]);
  });

  it.each([
    [JSON.stringify(cloudEvent).replace('"version":1', '"version":1,"version":2'), "line.duplicate_key /data/version"],
    [JSON.stringify(cloudEvent).replace("/checkout", "\\ud800"), "line.lone_surrogate /source"],
  ])("is held to the rules of every line: %#", async (body, said) => {
    expect(words(await gated("application/cloudevents+json", body))).toEqual([`1: ${said}`]);
  });
});
