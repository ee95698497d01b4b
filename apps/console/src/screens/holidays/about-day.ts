// Of what changed, that which concerns one day: its holidays, and whatever came to it or left it.
import type { Holiday } from "@almanac/client/contract";
import type { Changes } from "../../history/change-words.ts";

export function aboutDay(changes: Changes, day: string, ids: ReadonlySet<string>): Changes {
  const isOn = (holiday: Holiday | null) => holiday !== null && (holiday.date === day || holiday.observed_date === day);
  const concerns = (each: { holiday_id: string; before: Holiday | null; after: Holiday | null }) =>
    ids.has(each.holiday_id) || isOn(each.before) || isOn(each.after);
  return {
    added: changes.added.filter(concerns),
    removed: changes.removed.filter(concerns),
    moved: changes.moved.filter(concerns),
    renamed: changes.renamed.filter(concerns),
  };
}
