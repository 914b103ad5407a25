// Brings the forms of an English word together: "deploys", "deployed", "deploying" all become
// "deploy". Follows the published Porter2 rules (https://snowballstem.org/algorithms/english/stemmer.html)
// without its lists of single-word exceptions; irregular forms come from a list of our own. A stem is
// only ever compared with another stem, so it need not be a word.

import { IRREGULAR_FORMS } from "./text/irregular_forms.ts";

const VOWELS = "aeiouy";
const DOUBLES: ReadonlySet<string> = new Set([
  "bb",
  "dd",
  "ff",
  "gg",
  "mm",
  "nn",
  "pp",
  "rr",
  "tt",
]);
const BEFORE_LI = "cdeghkmnrt";

// Step 2 and 3: longest suffix first; the replacement applies within R1.
const SUFFIXES_2: readonly (readonly [string, string])[] = [
  ["ization", "ize"],
  ["ational", "ate"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["iveness", "ive"],
  ["tional", "tion"],
  ["biliti", "ble"],
  ["lessli", "less"],
  ["entli", "ent"],
  ["ation", "ate"],
  ["alism", "al"],
  ["aliti", "al"],
  ["ousli", "ous"],
  ["iviti", "ive"],
  ["fulli", "ful"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["abli", "able"],
  ["izer", "ize"],
  ["ator", "ate"],
  ["alli", "al"],
  ["bli", "ble"],
];
const SUFFIXES_3: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["alize", "al"],
  ["icate", "ic"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ness", ""],
  ["ful", ""],
];
const SUFFIXES_4: readonly string[] = [
  "ement",
  "ance",
  "ence",
  "able",
  "ible",
  "ment",
  "ant",
  "ent",
  "ism",
  "ate",
  "iti",
  "ous",
  "ive",
  "ize",
  "al",
  "er",
  "ic",
];

/** The stem of a lower-case word of a–z; words of one or two letters are their own stem. */
export function stemOf(word: string): string {
  const regular = IRREGULAR_FORMS.get(word) ?? word;
  if (regular.length <= 2) return regular;
  const r1 = regionAfter(regular, 0);
  const r2 = regionAfter(regular, r1);
  let stem = withoutPlural(regular);
  stem = withoutPast(stem, r1);
  stem = withIForY(stem);
  stem = replaced(stem, SUFFIXES_2, r1);
  stem = withoutLi(stem, r1);
  stem = replaced(stem, SUFFIXES_3, r1);
  if (stem.endsWith("ative") && stem.length - 5 >= r2) stem = stem.slice(0, -5);
  stem = withoutEnding(stem, r2);
  return withoutLastE(stem, r1, r2);
}

// A "y" that starts a word or follows a vowel is a consonant.
function isVowel(word: string, at: number): boolean {
  const letter = word.charAt(at);
  if (letter === "y") return at > 0 && !isVowel(word, at - 1);
  return letter !== "" && VOWELS.includes(letter);
}

function hasVowel(word: string, end: number): boolean {
  for (let at = 0; at < end; at++) if (isVowel(word, at)) return true;
  return false;
}

// The region after the first consonant that follows a vowel (R1 of the rules; R2 is R1 of R1).
function regionAfter(word: string, from: number): number {
  if (from === 0) {
    for (const prefix of ["gener", "commun", "arsen"]) {
      if (word.startsWith(prefix)) return prefix.length;
    }
  }
  for (let at = from + 1; at < word.length; at++) {
    if (!isVowel(word, at) && isVowel(word, at - 1)) return at + 1;
  }
  return word.length;
}

function withoutPlural(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ied") || word.endsWith("ies")) return word.slice(0, word.length > 4 ? -2 : -1);
  if (!word.endsWith("s") || word.endsWith("us") || word.endsWith("ss")) return word;
  return hasVowel(word, word.length - 2) ? word.slice(0, -1) : word;
}

function withoutPast(word: string, r1: number): string {
  for (const suffix of ["eedly", "eed"]) {
    if (!word.endsWith(suffix)) continue;
    return word.length - suffix.length >= r1 ? word.slice(0, 2 - suffix.length) : word;
  }
  for (const suffix of ["ingly", "edly", "ing", "ed"]) {
    if (!word.endsWith(suffix)) continue;
    const rest = word.slice(0, -suffix.length);
    return hasVowel(rest, rest.length) ? mended(rest, r1) : word;
  }
  return word;
}

// What is left of "hoped", "hopped" and "luxuriated" gets its last letter right.
function mended(rest: string, r1: number): string {
  if (rest.endsWith("at") || rest.endsWith("bl") || rest.endsWith("iz")) return rest + "e";
  if (DOUBLES.has(rest.slice(-2))) return rest.slice(0, -1);
  return r1 >= rest.length && endsShort(rest) ? rest + "e" : rest;
}

function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return isVowel(word, 0) && !isVowel(word, 1);
  return !isVowel(word, last) && !"wxy".includes(word.charAt(last)) && isVowel(word, last - 1) &&
    !isVowel(word, last - 2);
}

function withIForY(word: string): string {
  const last = word.length - 1;
  return last > 1 && word.endsWith("y") && !isVowel(word, last - 1)
    ? word.slice(0, -1) + "i"
    : word;
}

function replaced(word: string, suffixes: typeof SUFFIXES_2, r1: number): string {
  for (const [suffix, replacement] of suffixes) {
    if (!word.endsWith(suffix)) continue;
    const start = word.length - suffix.length;
    return start >= r1 ? word.slice(0, start) + replacement : word;
  }
  return word;
}

function withoutLi(word: string, r1: number): string {
  if (word.endsWith("ogi") && word.charAt(word.length - 4) === "l") return word.slice(0, -1);
  const start = word.length - 2;
  if (!word.endsWith("li") || start < r1) return word;
  return BEFORE_LI.includes(word.charAt(start - 1)) ? word.slice(0, start) : word;
}

function withoutEnding(word: string, r2: number): string {
  for (const suffix of SUFFIXES_4) {
    if (!word.endsWith(suffix)) continue;
    const start = word.length - suffix.length;
    return start >= r2 ? word.slice(0, start) : word;
  }
  const start = word.length - 3;
  if (word.endsWith("ion") && start >= r2 && "st".includes(word.charAt(start - 1))) {
    return word.slice(0, start);
  }
  return word;
}

function withoutLastE(word: string, r1: number, r2: number): string {
  const last = word.length - 1;
  if (word.endsWith("e")) {
    const isCut = last >= r2 || (last >= r1 && !endsShort(word.slice(0, last)));
    return isCut ? word.slice(0, last) : word;
  }
  return word.endsWith("ll") && last >= r2 ? word.slice(0, last) : word;
}
