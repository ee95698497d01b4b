// What a handler hands back: a status with a JSON value or with ready bytes. It becomes a response in exchange.ts.

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

export type Answer = JsonAnswer<number, unknown> | BytesAnswer<number>;

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

/** The answer with its body encoded. */
export function encoded(answer: Answer): BytesAnswer<number> {
  if (!("json" in answer)) {
    return answer;
  }
  const { json: value, ...rest } = answer;
  return { ...rest, bytes: JSON.stringify(value), contentType: "application/json" };
}
