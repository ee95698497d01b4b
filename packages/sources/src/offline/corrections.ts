// Where is date-holidays wrong, and who says so? Every deviation from its data stands here with the official source that
// was believed instead, so that none is silent and each can be dropped once upstream has it.

/** One fact that date-holidays lacks or has wrong. Names are its English names. */
export interface Correction {
  regions: readonly string[];
  year: number;
  /** The authority, not the place where it was read. */
  source: string;
  change: { do: "add"; name: string; date: string } | { do: "move"; name: string; date: string };
}

const unitedKingdom = ["GB", "GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"];
const proclamation =
  "Royal Proclamation under the Banking and Financial Dealings Act 1971, section 1, The London Gazette";

// Found against the bank holidays of England and Wales. From 2013 on the data agrees with them (official-england.test.ts).
export const corrections: readonly Correction[] = [
  {
    regions: unitedKingdom,
    year: 1995,
    source: `${proclamation}: the May bank holiday on the 50th anniversary of VE Day`,
    change: { do: "move", name: "Early May bank holiday", date: "1995-05-08" },
  },
  {
    regions: unitedKingdom,
    year: 1999,
    source: `${proclamation}: the millennium`,
    change: { do: "add", name: "Millennium bank holiday", date: "1999-12-31" },
  },
  {
    regions: unitedKingdom,
    year: 2002,
    source: `${proclamation}: the Golden Jubilee, with the Spring bank holiday moved to the next day`,
    change: { do: "add", name: "Queen’s Golden Jubilee", date: "2002-06-03" },
  },
  {
    regions: unitedKingdom,
    year: 2002,
    source: `${proclamation}: the Spring bank holiday after the Golden Jubilee`,
    change: { do: "move", name: "Spring bank holiday", date: "2002-06-04" },
  },
  {
    regions: unitedKingdom,
    year: 2011,
    source: `${proclamation}: the wedding of Prince William and Catherine Middleton`,
    change: { do: "add", name: "Royal Wedding", date: "2011-04-29" },
  },
  {
    regions: unitedKingdom,
    year: 2012,
    source: `${proclamation}: the Spring bank holiday joined to the Diamond Jubilee`,
    change: { do: "move", name: "Spring bank holiday", date: "2012-06-04" },
  },
];
