// The answer in one sentence, with the numbers exactly as the api told them.
import type { HolidayLift } from "@almanac/client/contract";
import { counted } from "../../frame/words.ts";
import type { AskedSales } from "./asked.ts";

export function sentenceOf(total: HolidayLift | undefined, { days, basis, currency, holiday }: AskedSales): string {
  const when = holiday ?? (days === "public" ? "public holidays" : "bridge days");
  if (total === undefined || total.ratio === null) {
    return `Nothing can be said of ${when} here: ${total?.note ?? "no such day has ordinary days of the same weekday beside it"}.`;
  }
  const what = currency === undefined ? "as much" : `as much ${currency}`;
  const bought = basis === "visit" ? "is sold for a day" : "is sold on a day";
  const interval =
    total.low === null || total.high === null ? "" : ` The 95 % interval is ${total.low} to ${total.high}.`;
  return `On ${when}, ${total.ratio} times ${what} ${bought} as on ordinary days of the same weekday and season, over ${counted(total.n, "day")} of a location.${interval}`;
}
