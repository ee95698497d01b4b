// Which holidays of different years, or of different answers, are "the same": those whose name slugs to one series.

// Letters that Unicode does not decompose into a base letter and an accent.
const undecomposed: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ħ: "h",
  ŋ: "n",
};

// What a source adds to a name to say that this row is the day off for another; words of a slug.
const leading =
  /^(?:(?:substitute|replacement|observed|in-lieu)(?:-(?:bank|public))?(?:-(?:day|holiday))?(?:-(?:for|of))?|(?:bank-|public-)?(?:day|holiday)-(?:off-for|in-lieu-(?:of|for)))-(?=.)/u;
const trailing =
  /(?<=.)-(?:(?:substitute|replacement)(?:-(?:bank|public))?(?:-(?:day|holiday))?|observed|(?:holiday-)?in-lieu)$/u;
// In parentheses "day in lieu" is a mark; without them the day belongs to the name, as in "Christmas Day in lieu".
const aside = /\((?:day|holiday) in lieu\)/giu;

/**
 * The series that a holiday's English name belongs to: a slug without accents, case, punctuation and the marks of a
 * substitute day ("substitute day", "observed", "in lieu" …). Never empty; letters of other scripts are kept.
 */
export function seriesOf(name: string): string {
  let slug = slugOf(name.replace(aside, " "));
  for (let before = ""; before !== slug;) {
    before = slug;
    slug = slug.replace(leading, "").replace(trailing, "");
  }
  return slug === "" ? "unnamed" : slug;
}

function slugOf(name: string): string {
  return (
    name
      .normalize("NFKD")
      .toLowerCase()
      // Only Latin, Greek and Cyrillic accents: the marks of other scripts are letters of their own.
      .replace(/[\u0300-\u036f]/gu, "")
      .normalize("NFC")
      .replace(/[ßæœøłđðþıħŋ]/gu, (letter) => undecomposed[letter] ?? letter)
      .replace(/['’‘`´ʼ]/gu, "")
      .replace(/&/gu, " and ")
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, "-")
      .replace(/^-|-$/gu, "")
  );
}
