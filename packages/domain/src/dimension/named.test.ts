import { describe, expect, test } from "vitest";
import { articleIdIn, articleIdOf, isTicketEvent, ticketEventTypes } from "./named.ts";

describe("which members an event names", () => {
  test("related_id is a ticket for the types that are about one, and nothing known elsewhere", () => {
    expect(ticketEventTypes.map(isTicketEvent)).toEqual([true, true, true]);
    expect(["ArticleAddedToCart", "PaymentSuccessful", "Unheard"].map(isTicketEvent)).toEqual([false, false, false]);
  });

  test.each([
    ['{"article_id": "98765"}', "98765"],
    ['{"article_id": 98765}', "98765"],
    ['{"article_id": 98765.0}', "98765"],
    ['{"article_id": -0}', "0"],
    ['{"article_id": 1e3}', "1000"],
    ['{"article_id": 12345678901234567890123}', "12345678901234567890123"],
    ['{"article_id": -12345678901234567890123.00}', "-12345678901234567890123"],
    ['{"article_id": 1.5e25}', "15000000000000000000000000"],
    ['{"other": {"article_id": 5}, "article_id": 12345678901234567891}', "12345678901234567891"],
    ['{"article_id": 12345678901234567891, "other": {"article_id": 5}}', "12345678901234567891"],
    ['{"article_id": "a b/ü"}', "a b/ü"],
    [`{"article_id": "${"🎢".repeat(200)}"}`, "🎢".repeat(200)],
  ])("%s names the article %s", (metadata, articleId) => {
    expect(articleIdOf(metadata)).toBe(articleId);
    expect(articleIdIn(JSON.parse(metadata), metadata)).toBe(articleId);
  });

  test.each([
    "{}",
    '{"article_id": null}',
    '{"article_id": ""}',
    '{"article_id": 1.5}',
    '{"article_id": 12345678901234567890123.5}',
    '{"article_id": 1e400}',
    '{"article_id": true}',
    '{"article_id": ["98765"]}',
    '{"cart": {"article_id": "98765"}}',
    `{"article_id": "${"x".repeat(201)}"}`,
  ])("%s names none", (metadata) => {
    expect(articleIdOf(metadata)).toBeNull();
    expect(articleIdIn(JSON.parse(metadata), metadata)).toBeNull();
  });
});
