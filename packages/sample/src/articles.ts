import type { SampleLocation } from "./locations.ts";
// What is sold: a handful of articles at every location, in its currency. Prices differ a little from place to place.
import { createRandom } from "./random.ts";

export interface Article {
  articleId: string;
  name: string;
  cents: number;
  currency: string;
  /** Whether a ticket with a barcode is made out for it. */
  isTicket: boolean;
}

const kinds = [
  { name: "Day ticket, adult", cents: 3_450, isTicket: true },
  { name: "Day ticket, child", cents: 2_650, isTicket: true },
  { name: "Day ticket, senior", cents: 2_950, isTicket: true },
  { name: "Parking", cents: 1_250, isTicket: false },
  { name: "Lunch", cents: 1_495, isTicket: false },
] as const;

const currencies: Record<string, string> = { GB: "GBP", CH: "CHF", US: "USD", PL: "PLN", SE: "SEK", DK: "DKK" };

/** By location, in the order adult, child, senior, parking, lunch. */
export function articlesOf(locations: readonly SampleLocation[], seed: number): Article[][] {
  const random = createRandom();
  return locations.map(({ subdivisionCode }, location) => {
    random.start(seed, location, 102);
    const level = 0.85 + 0.3 * random.next();
    return kinds.map(({ name, cents, isTicket }, kind) => ({
      articleId: String(10_001 + location * 100 + kind),
      name: `${name}, ${subdivisionCode}`,
      cents: Math.round((cents * level) / 5) * 5,
      currency: currencies[subdivisionCode.slice(0, 2)] ?? "EUR",
      isTicket,
    }));
  });
}
