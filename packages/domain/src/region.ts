// Which region's holidays hold for a location: the first code up its ISO 3166-2 chain that the source knows.
import type { ErrorItem } from "./errors.ts";

const writtenCode = /^([A-Z]{2})(?:-[A-Z0-9]{1,3})?$/;

export interface Subdivision {
  countryCode: string;
  subdivisionCode: string;
}

/** Reads an ISO 3166-2 code such as `GB-NSM`, or a bare country such as `NL`; upper case only, null when malformed. */
export function parseSubdivision(text: string): Subdivision | null {
  const match = writtenCode.exec(text);
  return match === null ? null : { countryCode: match[1]!, subdivisionCode: text };
}

/**
 * What is wrong with a location's two codes: malformed ones, or a subdivision of another country. Pointers are
 * `<pointer>/country_code` and `<pointer>/subdivision_code`. Whether a source knows the country is not judged here.
 */
export function checkRegionCodes(codes: Subdivision, pointer = ""): ErrorItem[] {
  const errors: ErrorItem[] = [];
  const parsed = parseSubdivision(codes.subdivisionCode);
  if (!/^[A-Z]{2}$/.test(codes.countryCode)) {
    errors.push({
      pointer: `${pointer}/country_code`,
      code: "country_code.malformed",
      detail: "A country is two capital letters (ISO 3166-1), such as NL.",
    });
  }
  if (parsed === null) {
    errors.push({
      pointer: `${pointer}/subdivision_code`,
      code: "subdivision_code.malformed",
      detail: "A subdivision is an ISO 3166-2 code such as NL-FL, or the country's own code.",
    });
  } else if (errors.length === 0 && parsed.countryCode !== codes.countryCode) {
    errors.push({
      pointer: `${pointer}/subdivision_code`,
      code: "subdivision_code.other_country",
      detail: `The subdivision ${codes.subdivisionCode} does not belong to the country ${codes.countryCode}.`,
    });
  }
  return errors;
}

export interface ResolvedRegion {
  /** The code whose holidays hold. */
  region: string;
  /** Every code that was asked on the way, the requested one first and `region` last. */
  chain: readonly string[];
}

/**
 * Walks from `code` through `parentOf` up to its country and takes the first code that the source declares; null when
 * it declares none of them. Never leaves the country, and survives a chain that runs in a circle.
 */
export function resolveRegion(input: {
  code: string;
  parentOf: (code: string) => string | null;
  declares: (code: string) => boolean;
}): ResolvedRegion | null {
  const country = parseSubdivision(input.code)?.countryCode;
  if (country === undefined) return null;
  const chain: string[] = [];
  for (let code = input.code; ;) {
    chain.push(code);
    if (input.declares(code)) return { region: code, chain };
    if (code === country) return null;
    const parent = input.parentOf(code);
    const astray = parent === null || parseSubdivision(parent)?.countryCode !== country || chain.includes(parent);
    code = astray ? country : parent;
  }
}
