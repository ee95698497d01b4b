// Which codes does date-holidays really have a calendar of its own for? It answers any code, a wrong one too, with the
// country's list (GB-NSM without the Summer bank holiday), so that the question must be asked before it is.
import Holidays from "date-holidays";
import { isIsoCode } from "../region/subdivisions.ts";

const index = new Holidays();
const countries = new Set(Object.keys(index.getCountries()));
const declaredByCountry = new Map<string, ReadonlySet<string>>();

const rulesOf = (country: string, state?: string): string =>
  JSON.stringify((state === undefined ? new Holidays(country) : new Holidays(country, state)).getRules());

/**
 * Whether date-holidays has rules of its own for exactly this code.
 *
 * A state that it lists but that adds nothing to its country (NL-GR, NL-NH and NL-ZH are only headings for towns) is
 * not declared: its calendar is the country's, and one calendar is fetched and stored for both.
 */
export function declaresOffline(code: string): boolean {
  const country = code.slice(0, 2);
  if (!isIsoCode(code) || !countries.has(country)) return false;
  return code === country || declaredStates(country).has(code);
}

function declaredStates(country: string): ReadonlySet<string> {
  const known = declaredByCountry.get(country);
  if (known) return known;
  const ownRules = rulesOf(country);
  const states = Object.keys(index.getStates(country) ?? {});
  // Codes are asked for in capitals; the few that are keyed by a name in mixed case (CK) can never be asked for.
  const declared = states.filter((state) => isIsoCode(`${country}-${state}`) && rulesOf(country, state) !== ownRules);
  const codes = new Set(declared.map((state) => `${country}-${state}`));
  declaredByCountry.set(country, codes);
  return codes;
}
