// Which members does an event name? A user always, a ticket by related_id for the types that are about one ticket, an
// article by metadata.article_id. The database says the same in SQL (mart.ticket_in, mart.article_in); a test compares.

/** The types whose related_id is a ticket; elsewhere it is a cart or something that no dimension knows. */
export const ticketEventTypes: readonly string[] = ["TicketIssued", "TicketCancelled", "BarcodeScanned"];

const longestArticleId = 200;
const plainArticleId = /"article_id"\s*:\s*"([^"]{1,200})"/;

/** Whether the related_id of events of a type is a ticket. */
export function isTicketEvent(eventType: string): boolean {
  return ticketEventTypes.includes(eventType);
}

/**
 * The article that metadata (JSON text) names: `article_id` where it is a text of 1 to 200 characters or a whole number,
 * which is the text of its digits. Null otherwise: odd metadata names nothing, it is no error.
 */
export function articleIdOf(metadata: string): string | null {
  // Most events name no article; looking for the word costs a tenth of parsing. An escaped key is as good as none.
  if (!metadata.includes('"article_id"')) return null;
  // Without an escape and without an object further inside, what stands between quotes before a colon is a key of this one.
  if (!metadata.includes("\\") && !metadata.includes("{", 1)) {
    const plain = plainArticleId.exec(metadata);
    if (plain !== null) return plain[1]!;
  }
  return articleIdIn(JSON.parse(metadata), metadata);
}

/** The same for a value that was parsed from that metadata already. */
export function articleIdIn(parsed: unknown, metadata: string): string | null {
  const value = (parsed as { article_id?: unknown } | null)?.article_id;
  if (value === undefined) return null;
  if (typeof value === "string") {
    // Characters are code points here and in the database.
    const isShort = value.length <= longestArticleId || Array.from(value).length <= longestArticleId;
    return value.length > 0 && isShort ? value : null;
  }
  if (typeof value !== "number") return null;
  return Number.isSafeInteger(value) ? String(value + 0) : wholeNumber(digitsOfArticle(metadata));
}

/** The number as it is written: a float would round a long one. */
function digitsOfArticle(metadata: string): string {
  const written = new Map<unknown, string>();
  const parsed: unknown = JSON.parse(metadata, function (key, value, context?: { source?: string }): unknown {
    // An `article_id` further inside belongs to another holder than the outermost object.
    if (key === "article_id" && context?.source !== undefined) written.set(this, context.source);
    return value;
  });
  return written.get(parsed) ?? "";
}

/** `12e2` is 1200, `1.50e1` is 15; null for what is no whole number, or has more digits than a key may have. */
function wholeNumber(written: string): string | null {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(written) ?? [];
  if (whole === undefined || Math.abs(Number(exponent)) > longestArticleId) return null;
  const digits = whole + fraction;
  const zeros = Number(exponent) - fraction.length;
  const rest = zeros < 0 ? digits.slice(zeros) : "";
  if (/[1-9]/.test(rest)) return null;
  const kept = (zeros < 0 ? digits.slice(0, zeros) : digits + "0".repeat(zeros)).replace(/^0+(?=\d)/, "") || "0";
  const text = `${kept === "0" ? "" : sign}${kept}`;
  return text.length <= longestArticleId ? text : null;
}
