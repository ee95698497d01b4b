// The limits of the HTTP benchmark as a process of their own: the same server around almost nothing. `/bare` encodes one
// body that is there; `/pool/…` reads the same holidays by a named statement through a pool. Ends with its parent.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { Pool } from "pg";

const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 10 });
const body = JSON.parse(process.env["BODY"] ?? "{}") as object;

const sql = `select r.versions[cardinality(r.versions)] as version, r.synced_at[cardinality(r.synced_at)]::text as synced_at,
    h.holiday_id, h.date::text, h.observed_date::text, h.end_date::text, h.name, h.local_name, h.type
  from (select * from location_version_run where location_id = $1 order by first_version desc limit 1) r
  join holiday h on h.calendar_id = r.calendar_id and h.revisions @> r.revision
    and h.first_date <= $3 and h.last_date >= $2 and h.type = 'public'
  order by h.date, h.name`;

const app = new Hono();
app.get("/bare", (c) => c.json(body));
app.get("/pool/:location_id", async (c) => {
  const values = [c.req.param("location_id"), c.req.query("from"), c.req.query("to")];
  const { rows } = await pool.query({ name: "read_holidays", text: sql, values });
  return c.json({ data: rows });
});

const server = createAdaptorServer({ fetch: app.fetch }) as Server;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ type: "listening", url: `http://127.0.0.1:${port}` });
});
process.once("disconnect", () => process.exit(0));
