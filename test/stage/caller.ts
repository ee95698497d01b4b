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

export interface Caller {
  send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** GET; throws when it is not 200. */
  get<Body>(path: string): Promise<Body>;
  /** Requests a sync and waits, as an HTTP sensor would, until it is told as finished. */
  sync(asked?: { location_ids?: string[]; years?: number[] }): Promise<ToldSync>;
}

export function callerOf(url: string, key: string): Caller {
  async function send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
  }
  function demand(answer: Answer<unknown>, ...statuses: number[]): void {
    if (!statuses.includes(answer.status)) {
      throw new Error(`${answer.status} instead of ${statuses.join(" or ")}: ${JSON.stringify(answer.body)}`);
    }
  }
  return {
    send,
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
