// What every drop folder guarantees, on a disk or in a bucket: whoever sweeps it does not notice which one it is.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { noise, whole } from "../../testing/bodies.ts";
import { faultProxy } from "../../testing/fault-proxy.ts";
import { bucketInboxKit, folderInboxKit, type InboxKit, type TestInbox } from "../../testing/inbox-kits.ts";
import { s3ServerForTest } from "../../testing/s3-server.ts";
import { openBucketInbox } from "./bucket-inbox.ts";
import { freeNameNo, type Inbox, type InboxItem } from "./inbox.ts";
import { openInbox } from "./open-inbox.ts";

describe.each([
  { kind: "folder", open: () => Promise.resolve(folderInboxKit()) },
  { kind: "bucket", open: bucketInboxKit },
])("a drop folder in a $kind", ({ open }) => {
  let kit: InboxKit;
  let place: TestInbox;
  beforeAll(async () => {
    kit = await open();
  });
  afterAll(() => kit.close());
  beforeEach(async () => {
    place = await kit.inbox();
  });
  afterEach(() => place.close());

  test("what lies at its top and in the folders of the feeds is listed, and nothing else", async () => {
    const dropped = ["b.ndjson", "a b+ä.csv.gz", "events/e.json", "users/u.csv", "tickets/t.csv", "articles/a.csv"];
    const others = ["done/x.csv", "failed/x.csv", "users/done/x.csv", "other/x.csv", "users/deep/x.csv"];
    const unfinished = [".hidden.csv", "x.csv.tmp", "users/x.csv.part", "users/.x.csv"];
    for (const name of [...dropped, ...others, ...unfinished]) await place.drop(name, name);
    const items = await listed(place.inbox);
    expect(items.map(({ name }) => name).toSorted()).toEqual(dropped.toSorted());
    expect(items.every(({ isSettled }) => isSettled)).toBe(true);
    expect(new Set(items.map(({ uri }) => uri)).size).toBe(dropped.length);
    for (const item of items) expect(await textOf(place.inbox, item)).toBe(item.name);
  });

  test("an empty one lists nothing", async () => {
    expect(await listed(place.inbox)).toEqual([]);
  });

  test("another content under a name has another fingerprint, the same file the same one", async () => {
    await place.drop("a.csv", "one");
    const [first] = await listed(place.inbox);
    expect(await listed(place.inbox)).toEqual([first]);
    // Of another length: a file system's clock may stand still between two writes.
    await place.drop("a.csv", "three");
    const [second] = await listed(place.inbox);
    expect(second).toMatchObject({ name: "a.csv", uri: first!.uri });
    expect(second!.fingerprint).not.toBe(first!.fingerprint);
  });

  test("a long file comes back as it is", async () => {
    const body = noise(10_000_000);
    await place.drop("long.ndjson", body);
    const [item] = await listed(place.inbox);
    expect((await whole(place.inbox.open(item!))).equals(body)).toBe(true);
  });

  test("a file that is put away is no longer listed, and lies beside its place under a free name", async () => {
    for (const content of ["one", "two", "three"]) {
      await place.drop("users/day.csv", content);
      const [item] = await listed(place.inbox);
      await place.inbox.putAway(item!, "done");
      expect(await listed(place.inbox)).toEqual([]);
    }
    await place.drop("day", "top");
    const [top] = await listed(place.inbox);
    await place.inbox.putAway(top!, "failed");
    expect(place.names()).toEqual(["failed/day", "users/done/day.2.csv", "users/done/day.3.csv", "users/done/day.csv"]);
  });

  test("a file that is gone says so when it is read, and putting it away is no error", async () => {
    await place.drop("a.csv", "x");
    const [item] = await listed(place.inbox);
    await place.remove("a.csv");
    await expect(textOf(place.inbox, item!)).rejects.toMatchObject({
      category: "not-found",
      code: "inbox.file_gone",
    });
    await place.inbox.putAway(item!, "done");
    expect(place.names()).toEqual([]);
  });

  test("a file put away by several at once is put away once", async () => {
    await place.drop("a.csv", "x");
    const [item] = await listed(place.inbox);
    await Promise.all(Array.from({ length: 4 }, () => place.inbox.putAway({ ...item! }, "done")));
    expect(place.names()).toEqual(["done/a.csv"]);
  });
});

describe("a drop folder in a bucket", () => {
  let server: Awaited<ReturnType<typeof s3ServerForTest>>;
  let proxy: Awaited<ReturnType<typeof faultProxy>>;
  let inbox: Inbox;
  let others: TestInbox;
  let kit: InboxKit;
  beforeAll(async () => {
    server = await s3ServerForTest();
    kit = await bucketInboxKit(server);
  });
  afterAll(() => kit.close());
  beforeEach(async () => {
    proxy = await faultProxy(server.endpoint);
    others = await kit.inbox();
    inbox = openBucketInbox(
      { bucket: server.bucket, prefix: others.place.split("/").at(-1)! },
      { ...server, endpoint: proxy.endpoint },
      6_000_000,
    );
  });
  afterEach(async () => {
    await inbox.close();
    await others.close();
    await proxy.close();
  });

  test("an object that was replaced after the listing is neither read nor put away in the other's place", async () => {
    await others.drop("a.csv", "one");
    const [item] = await listed(inbox);
    proxy.judge(({ method, headers }) => {
      const condition = headers["if-match"] ?? headers["x-amz-copy-source-if-match"];
      return condition === undefined || method === "HEAD" ? "pass" : { status: 412, code: "PreconditionFailed" };
    });
    await expect(textOf(inbox, item!)).rejects.toMatchObject({ code: "inbox.file_gone" });
    await inbox.putAway(item!, "done");
    expect(others.names()).toEqual(["a.csv"]);
  });

  test("where a store knows no condition, a shorter object in an object's place is not taken for it", async () => {
    await others.drop("a.csv", "a longer one");
    const [item] = await listed(inbox);
    await others.drop("a.csv", "short");
    await expect(textOf(inbox, item!)).rejects.toMatchObject({ code: "inbox.file_gone" });
  });

  test("where a store knows no conditional delete, it is asked without", async () => {
    await others.drop("a.csv", "x");
    const [item] = await listed(inbox);
    proxy.judge(({ method, headers }) =>
      method === "DELETE" && "if-match" in headers ? { status: 501, code: "NotImplemented" } : "pass",
    );
    await inbox.putAway(item!, "done");
    expect(others.names()).toEqual(["done/a.csv"]);
  });

  test("an object that is too long for one copy is put away in parts", async () => {
    const body = noise(12_000_000);
    await others.drop("long.csv", body);
    const [item] = await listed(inbox);
    await inbox.putAway(item!, "done");
    expect(others.names()).toEqual(["done/long.csv"]);
    expect(proxy.seen.filter(({ method, url }) => method === "PUT" && url.includes("partNumber=")).length).toBe(2);
    expect(others.bytesOf("done/long.csv").equals(body)).toBe(true);
  });

  test("what a crash left both here and there is only removed", async () => {
    await others.drop("a.csv", "x");
    await others.drop("done/a.csv", "x");
    const [item] = await listed(inbox);
    await inbox.putAway(item!, "done");
    expect(others.names()).toEqual(["done/a.csv"]);
  });

  test("a store that is away is unavailable", async () => {
    proxy.judge(() => ({ status: 403, code: "AccessDenied" }));
    await expect(listed(inbox)).rejects.toMatchObject({ category: "unavailable", code: "inbox.unavailable" });
  });
});

test("a place that is no bucket's name is refused", async () => {
  await expect(openInbox("s3://UPPER/x")).rejects.toMatchObject({ category: "incorrect", code: "inbox.place_invalid" });
});

test.each([
  [1, "day.csv.gz", "day.csv.gz"],
  [2, "day.csv.gz", "day.csv.2.gz"],
  [3, "day", "day.3"],
])("the %i. name for %s is %s", (no, name, free) => {
  expect(freeNameNo(no, name)).toBe(free);
});

async function listed(inbox: Inbox): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  for await (const item of inbox.list()) items.push(item);
  return items;
}

async function textOf(inbox: Inbox, item: InboxItem): Promise<string> {
  return (await whole(inbox.open(item))).toString();
}
