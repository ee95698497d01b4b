// A caller of the api over real HTTP: what it asked, and what came back.

export interface Answer<Body> {
  status: number;
  body: Body;
  headers: Headers;
}

/** A sync as a caller sees it, as far as the stories look. */
export interface ToldSync {
  sync_id: string;
  status: string;
  locations: {
    location_id: string;
    outcome: string;
    version: number | null;
    changes: Record<"added" | "removed" | "moved" | "renamed", number> | null;
    error: { code: string } | null;
  }[];
}

export interface ToldHolidays {
  location_id: string;
  version: number;
  active: boolean;
  region: string;
  synced_at: string;
  data: { holiday_id: string; date: string; observed_date: string | null; name: string; type: string }[];
}

/** A load as a caller sees it, as far as the stories look. */
export interface ToldLoad {
  load_id: string;
  status: string;
  already_loaded?: boolean;
  bytes: number;
  rows: Record<"total" | "inserted" | "updated" | "duplicate" | "stale" | "conflict" | "rejected", number>;
}

/** A body of a load: text or bytes, in NDJSON unless its headers say otherwise. */
export interface Upload {
  path?: string;
  method?: "POST" | "PUT";
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

interface Asked extends RequestInit {
  headers?: Record<string, string>;
}

export interface Caller {
  send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** GET; throws when it is not 200. */
  get<Body>(path: string): Promise<Body>;
  /** Requests a sync and waits, as an HTTP sensor would, until it is told as finished. */
  sync(asked?: { location_ids?: string[]; years?: number[] }): Promise<ToldSync>;
  /** Sends a body as it is, to `POST /v1/loads` unless it says otherwise. */
  upload<Body = ToldLoad>(upload: Upload): Promise<Answer<Body>>;
  /** Waits until a load is told as finished, and checks the law of its counters. */
  ended(loadId: string): Promise<ToldLoad>;
  /** Uploads and waits. */
  load(upload: Upload): Promise<ToldLoad>;
}

export function callerOf(url: string, key: string): Caller {
  async function ask<Body>(path: string, { headers, ...rest }: Asked): Promise<Answer<Body>> {
    const response = await fetch(`${url}${path}`, { ...rest, headers: { authorization: `Bearer ${key}`, ...headers } });
    return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
  }
  function send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return ask<Body>(path, { method, ...(body === undefined ? {} : json) });
  }
  function upload<Body = ToldLoad>({ path = "/v1/loads", method = "POST", body, headers }: Upload) {
    return ask<Body>(path, { method, body, headers: { "content-type": "application/x-ndjson", ...headers } });
  }
  async function ended(loadId: string): Promise<ToldLoad> {
    for (;;) {
      const told = await send<ToldLoad>("GET", `/v1/loads/${loadId}?wait=30`);
      demand(told, 200, 202);
      const { total, ...parts } = told.body.rows;
      const sum = Object.values(parts).reduce((all, count) => all + count, 0);
      if (sum !== total) throw new Error(`${total} lines in all, ${sum} by what they came to`);
      if (told.status === 200) return told.body;
    }
  }
  function demand(answer: Answer<unknown>, ...statuses: number[]): void {
    if (!statuses.includes(answer.status)) {
      throw new Error(`${answer.status} instead of ${statuses.join(" or ")}: ${JSON.stringify(answer.body)}`);
    }
  }
  return {
    send,
    upload,
    ended,
    async load(given) {
      const answer = await upload(given);
      demand(answer, 202);
      return ended(answer.body.load_id);
    },
    async get<Body>(path: string) {
      const answer = await send<Body>("GET", path);
      demand(answer, 200);
      return answer.body;
    },
    async sync(asked = {}) {
      const requested = await send("POST", "/v1/syncs", asked);
      demand(requested, 202);
      for (;;) {
        const told = await send<ToldSync>("GET", `${requested.headers.get("location")}?wait=30`);
        demand(told, 200, 202);
        if (told.status === 200) return told.body;
      }
    },
  };
}
