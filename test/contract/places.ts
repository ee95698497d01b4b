// The registered places of the fuzzed world.

/** By number: country and subdivision. */
export const places = [
  ["NL", "NL-FL"],
  ["NL", "NL"],
  ["GB", "GB-NSM"],
  ["GB", "GB-SCT"],
  ["DE", "DE-BY"],
  ["US", "US-CA"],
  ["IE", "IE"],
  ["JP", "JP"],
] as const;

export const locationIdOf = (place: number): string => `10000000-0000-4000-8000-${String(place).padStart(12, "0")}`;
