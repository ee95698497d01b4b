import { expect, test } from "vitest";
import { postgresKit } from "../testing/backends.ts";
import { conformance } from "../testing/conformance/conformance.ts";
import { connectQueues } from "./connect.ts";

conformance(postgresKit);

test("a Postgres URL with ?options= is refused, because it would override the queue's schema", async () => {
  const log = { info() {}, warn() {}, error() {} };
  await expect(
    connectQueues({ url: "postgres://u@127.0.0.1:1/d?options=-csearch_path%3Dx", log }),
  ).rejects.toMatchObject({ code: "queue.url_options" });
});
