// Unicode normal forms at a cost that grows with the length of a text. Runtimes sort the combining marks
// that follow one another by insertion, which takes the square of their number: a hundred kilobytes of
// them would hold a process for seconds.

// Words of living languages have a few in a row; 30 is where the Stream-Safe Text Format ends them
// (Unicode Standard Annex #15, section 13). Halfwidth sound marks are letters that NFKD makes marks of.
const LONG_RUN = /[\p{M}\uff9e\uff9f]{31}/u;
const TOO_MANY_MARKS = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;

// No character is made of more UTF-16 units than that (Unicode, "Normalization FAQ").
const UNITS_OF_ONE_MAX = 4;

/**
 * The text in NFC. One that cannot come to `charsMax` characters is given back as it is, for the check of
 * its length that follows, and so is one with more than 30 combining marks in a row: it is no word.
 */
export function composed(text: string, charsMax: number): string {
  const isTooLong = text.length > UNITS_OF_ONE_MAX * charsMax;
  return isTooLong || LONG_RUN.test(text) ? text : text.normalize("NFC");
}

/** The text with at most 30 combining marks in a row, so that it can be brought into any normal form. */
export function withoutLongRuns(text: string): string {
  return LONG_RUN.test(text) ? text.replace(TOO_MANY_MARKS, "$1") : text;
}
