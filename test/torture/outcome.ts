// What a fault suite came to, in numbers that can be added up and written down.
import { type Books, readBooks } from "../stage/books.ts";
import type { Random } from "../stage/random.ts";
import type { Stage } from "../stage/stage.ts";

export interface Outcome {
  /** Times that the fault struck. */
  runs: number;
  /** What each of them struck, in words. */
  size: string;
  books: Books;
  /** Times in milliseconds, by what they measure: the longest of all runs. */
  slowest: Record<string, number>;
  /** What should not have been, in words; empty when all is well. */
  problems: string[];
}

/** How large a suite runs. */
export interface Size {
  runs: number;
  locations: number;
}

export interface Suite {
  stage: Stage;
  size: Size;
  random: Random;
}

// Ten calendars, so that a sync has several refreshes under way.
const codes = ["NL-UT", "GB-WLL", "DE-BE", "FR", "BE", "AT", "ES", "IT", "PT", "DK"];

/** Codes for `count` locations, spread over ten calendars. */
export function codesOf(count: number): string[] {
  return Array.from({ length: count }, (_, place) => codes[place % codes.length]!);
}

/** Looks at the books and adds what is wrong with them to the problems. */
export async function outcomeOf(
  stage: Stage,
  told: Omit<Outcome, "books">,
  { mayFail = false }: { mayFail?: boolean } = {},
): Promise<Outcome> {
  const books = await readBooks(stage.database);
  const wrong = Object.entries(books)
    .filter(([name, count]) => count > 0 && name !== "versions" && !(mayFail && name === "failed"))
    .map(([name, count]) => `${count} ${name}`);
  if (books.versions === 0) wrong.push("no version at all");
  return { ...told, books, problems: [...told.problems, ...wrong] };
}

/** The longest of what has been measured under each name. */
export function stopwatch() {
  const slowest: Record<string, number> = {};
  return {
    slowest,
    note(name: string, sinceMs: number) {
      slowest[name] = Math.round(Math.max(slowest[name] ?? 0, performance.now() - sinceMs));
    },
  };
}
