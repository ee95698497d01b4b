import { expect, test } from "vitest";
import { readEvents, type ServerSent } from "./server-sent.ts";

async function eventsOf(chunks: string[]): Promise<ServerSent[]> {
  const bytes = new TextEncoder();
  const body = ReadableStream.from(chunks.map((chunk) => bytes.encode(chunk)));
  const events: ServerSent[] = [];
  for await (const event of readEvents(new Response(body) as never)) events.push(event);
  return events;
}

test("an event is whole however the bytes were cut", async () => {
  const text = 'event: progress\nid: 1\ndata: {"at":"Zürich"}\n\n:\n\ndata: one\r\ndata: two\r\n\r\ndata: cut off';
  const expected = [
    { event: "progress", data: '{"at":"Zürich"}' },
    { event: "message", data: "one\ntwo" },
  ];
  expect(await eventsOf([text])).toEqual(expected);
  expect(await eventsOf(text.match(/[\s\S]{1,3}/g) ?? [])).toEqual(expected);
  expect(await eventsOf([])).toEqual([]);
});

test("a stream that breaks off says so, and by whom, after the events that came whole", async () => {
  async function* cut() {
    yield new TextEncoder().encode("data: 1\n\nda");
    throw new TypeError("terminated");
  }
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { data } of readEvents(new Response(ReadableStream.from(cut())) as never)) seen.push(data);
  })();
  await expect(reading).rejects.toMatchObject({ name: "ProblemError", code: "client.unreachable", status: 0 });
  expect(seen).toEqual(["1"]);
});
