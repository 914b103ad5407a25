// Words by which a question says what kind of answer it wants: "how many different types of tea". Facts
// that answer seldom have them, and those that have them count something else. They can be what is
// asked about, so they are no stop words.

import { stemOf } from "../stemmer.ts";

const WORDS = "many much long often old far different type kind sort total number amount average";

/** Their stems. */
export const MEASURE_STEMS: ReadonlySet<string> = new Set(WORDS.split(" ").map(stemOf));
