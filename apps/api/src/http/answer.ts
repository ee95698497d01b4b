// What a handler hands back: a status with a JSON value, with ready bytes, or with bytes that come one after the other.
// It becomes a response in exchange.ts.

export interface AnswerExtras {
  headers?: Record<string, string>;
  /** A strong entity tag, quotes included, where the handler knows a cheap one; else the body's hash is taken. */
  etag?: string;
}

export interface JsonAnswer<Status extends number, Value> extends AnswerExtras {
  status: Status;
  json: Value;
}

export interface BytesAnswer<Status extends number> extends AnswerExtras {
  status: Status;
  bytes: string | Uint8Array<ArrayBuffer> | null;
  contentType: string | null;
}

/** An answer of any length. It is begun only when somebody reads it, and ended when the caller is gone. */
export interface StreamAnswer<Status extends number> extends Omit<AnswerExtras, "etag"> {
  status: Status;
  stream: AsyncIterable<string>;
  contentType: string;
}

/** An answer that is all there. */
export type WholeAnswer = JsonAnswer<number, unknown> | BytesAnswer<number>;
export type Answer = WholeAnswer | StreamAnswer<number>;

export function json<const Status extends number, Value>(
  status: Status,
  value: Value,
  extras?: AnswerExtras,
): JsonAnswer<Status, Value> {
  return { ...extras, status, json: value };
}

/** For bodies that are encoded already (a cached body, CSV, iCalendar, HTML). */
export function bytes<const Status extends number>(
  status: Status,
  body: string | Uint8Array<ArrayBuffer> | null,
  contentType: string | null,
  extras?: AnswerExtras,
): BytesAnswer<Status> {
  return { ...extras, status, bytes: body, contentType };
}

/** For what is too long to hold, or not known yet. What fails in it cuts the connection, so that no half passes for all. */
export function streamed<const Status extends number>(
  status: Status,
  stream: AsyncIterable<string>,
  contentType: string,
  extras?: Omit<AnswerExtras, "etag">,
): StreamAnswer<Status> {
  return { ...extras, status, stream, contentType };
}

/** The answer with its body encoded. */
export function encoded(answer: WholeAnswer): BytesAnswer<number> {
  if (!("json" in answer)) {
    return answer;
  }
  const { json: value, ...rest } = answer;
  return { ...rest, bytes: JSON.stringify(value), contentType: "application/json" };
}
