// A year of sales that never happened, month by month as files: which lines a till would have sent in which of them.
// What follows an event (a correction, a repetition, a late version) comes in the file of the month it was written in.
import { generateSample, type Sample } from "@almanac/sample/generate";
import { generateMembers, type SampleDimension } from "@almanac/sample/members";

export interface SalesOptions {
  events: number;
  /** The last day, `YYYY-MM-DD`: yesterday. */
  to: Temporal.PlainDate;
}

const seed = 2026;
// Enough of each kind of bad line to look at, and of one kind enough to be worth mending.
const share = 0.000_06;
const shares = { corrections: 0.02, late: 0.01, bad: { ...everyKind(share), type_unknown: 0.002 } };

function everyKind(each: number) {
  return {
    truncated: each,
    not_an_object: each,
    event_id_no_uuid: each,
    user_id_missing: each,
    timestamp_impossible: each,
    timestamp_without_offset: each,
    amount_as_text: each,
    version_zero: each,
    key_twice: each,
    nul_character: each,
    broken_utf8: each,
    too_deep: each,
  };
}

function optionsOf({ events, to }: SalesOptions) {
  return { seed, events, from: to.subtract({ years: 1 }).add({ days: 1 }).toString(), to: to.toString() };
}

/** A month's file: `2026-03`, and its lines as NDJSON. */
export interface MonthOfSales {
  month: string;
  body: Buffer<ArrayBuffer>;
}

/** The files in the order of their months. */
export async function* monthsOfSales(options: SalesOptions): AsyncGenerator<MonthOfSales> {
  const sample: Sample = await generateSample({ ...optionsOf(options), shares });
  let month = "";
  let lines: string[] = [];
  const file = () => ({ month, body: Buffer.from(lines.join(""), "latin1") });
  for await (const block of sample.body()) {
    for (const line of Buffer.from(block)
      .toString("latin1")
      .split(/(?<=\n)/)) {
      const named = /"event_timestamp":"(\d{4}-\d\d)-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/.exec(line)?.[1];
      // One kind of bad line bears the 30th of February.
      if (named !== undefined && named > month && !line.includes("-02-30T")) {
        if (lines.length > 0) yield file();
        month = named;
        lines = [];
      }
      lines.push(line);
    }
  }
  if (lines.length > 0) yield file();
}

/** The feed of a dimension that goes with the sales, as NDJSON. */
export async function feedOf(dimension: SampleDimension, options: SalesOptions): Promise<Buffer<ArrayBuffer>> {
  return Buffer.concat([...(await generateMembers({ ...optionsOf(options), dimension }))]);
}

/** The articles' feed with prices that rose by a twentieth, to the next five cents. */
export function dearer(feed: Buffer): Buffer<ArrayBuffer> {
  const lines = feed.toString().trimEnd().split("\n");
  const raised = lines.map((line) => {
    const article = JSON.parse(line) as { price: number };
    return `${JSON.stringify({ ...article, price: Math.ceil(article.price * 21) / 20 })}\n`;
  });
  return Buffer.from(raised.join(""));
}
