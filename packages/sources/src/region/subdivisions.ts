// Which subdivision or country is a code part of? Answered from Unicode CLDR, never guessed from the code's letters:
// NL-AW is Aruba (AW), not the Netherlands, and GB-NSM lies in GB-ENG before it lies in GB.
import aliases from "cldr-core/supplemental/aliases.json" with { type: "json" };
import containment from "cldr-core/supplemental/subdivisionContainment.json" with { type: "json" };

const isoCode = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

// CLDR writes gbnsm for GB-NSM and plain GB for a country.
const toIso = (cldr: string): string =>
  cldr.length === 2 ? cldr : `${cldr.slice(0, 2)}-${cldr.slice(2)}`.toUpperCase();

const parents = new Map<string, string>();
const contained: Record<string, { _contains: string[] }> = containment.supplemental.subdivisionContainment;
for (const [parent, { _contains: children }] of Object.entries(contained)) {
  for (const child of children) parents.set(toIso(child), toIso(parent));
}

// A deprecated code (CN-11) or one of a territory with a code of its own (US-PR, NL-AW) goes on as what replaced it.
// Where several codes replaced it there is no one answer.
const replacements = new Map<string, string>();
const replaced: Record<string, { _replacement: string }> = aliases.supplemental.metadata.alias.subdivisionAlias;
for (const [old, { _replacement: replacement }] of Object.entries(replaced)) {
  if (!replacement.includes(" ")) replacements.set(toIso(old), toIso(replacement));
}

/** Whether the text has the shape of an ISO 3166-1 alpha-2 or ISO 3166-2 code, in capitals. */
export function isIsoCode(code: string): boolean {
  return isoCode.test(code);
}

/** The subdivision or country that this one is part of; null for a country and for a code that CLDR 48 does not know. */
export function parentOf(code: string): string | null {
  return parents.get(code) ?? null;
}

/** The code that took this one's place, possibly that of another territory; null where there is none. Data: CLDR 48. */
export function replacementOf(code: string): string | null {
  return replacements.get(code) ?? null;
}
