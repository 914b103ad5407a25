// Text in text, in time that is linear whatever the two are. The engines' own search takes the length
// of one times the length of the other in the worst case, which a caller can choose; this one keeps a
// failure table of what is looked for (Knuth, Morris, Pratt).

/** A text that is looked for, made ready. */
export interface Needle {
  readonly text: string;
  /** For each prefix, by length - 1: the longest proper prefix that is also its suffix. */
  readonly borders: Uint32Array;
}

/** Makes a text ready to be looked for. */
export function prepareNeedle(text: string): Needle {
  const borders = new Uint32Array(text.length);
  let matched = 0;
  for (let at = 1; at < text.length; at++) {
    matched = extend(text, borders, matched, text.charCodeAt(at));
    borders[at] = matched;
  }
  return { text, borders };
}

/** Where the first occurrence at or after `from` ends; -1 when there is none. */
export function findEnd(haystack: string, { text, borders }: Needle, from = 0): number {
  if (text === "") return from;
  let matched = 0;
  for (let at = from; at < haystack.length; at++) {
    matched = extend(text, borders, matched, haystack.charCodeAt(at));
    if (matched === text.length) return at + 1;
  }
  return -1;
}

function extend(text: string, borders: Uint32Array, matched: number, code: number): number {
  let length = matched;
  while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
  return text.charCodeAt(length) === code ? length + 1 : length;
}
