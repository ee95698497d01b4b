// Which events does a stream send? Server-sent events as they come: `GET /v1/loads/{load_id}/progress`.
import { lost, readStream } from "./read.ts";

export interface ServerSent {
  /** `message` when the stream does not name it. */
  event: string;
  data: string;
}

/** One object an event; ends with the stream, throws a ProblemError when it is refused or breaks off. */
export async function* readEvents(answer: Parameters<typeof readStream>[0]): AsyncGenerator<ServerSent> {
  const text = new TextDecoder();
  const whole = await answer;
  let rest = "";
  for await (const chunk of chunksOf(await readStream(whole), (error) => lost(whole, error))) {
    const blocks = (rest + text.decode(chunk, { stream: true })).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const told = parse(block);
      if (told !== undefined) yield told;
    }
  }
}

/** Not every browser iterates over a stream. */
async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  brokenOff: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const read = () =>
    reader.read().catch((error: unknown) => {
      throw brokenOff(error);
    });
  try {
    for (let next = await read(); !next.done; next = await read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Undefined for a heartbeat. */
function parse(block: string): ServerSent | undefined {
  const values = (name: string) =>
    block
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ""));
  const data = values("data");
  return data.length === 0 ? undefined : { event: values("event")[0] ?? "message", data: data.join("\n") };
}
