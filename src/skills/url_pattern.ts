// Does a URL contain a pattern in which `*` stands for any text? The parts between the wildcards must
// appear one after the other. Each part is looked for with a failure table (Knuth, Morris, Pratt), so
// that no pattern takes more than linear time, whatever the engine's own search does.

/** A pattern made ready; true when a URL contains it. Case counts; wildcards alone fit any URL. */
export type UrlPattern = (url: string) => boolean;

/** Makes a pattern ready. */
export function compileUrlPattern(pattern: string): UrlPattern {
  const parts = pattern.split("*").filter((part) => part !== "")
    .map((text) => ({ text, borders: bordersOf(text) }));
  return (url) => {
    let end = 0;
    for (const part of parts) {
      end = endOfPart(url, part, end);
      if (end < 0) return false;
    }
    return true;
  };
}

interface Part {
  readonly text: string;
  readonly borders: Uint32Array;
}

// Where the first occurrence at or after `from` ends; -1 when there is none.
function endOfPart(url: string, { text, borders }: Part, from: number): number {
  let matched = 0;
  for (let at = from; at < url.length; at++) {
    matched = extend(text, borders, matched, url.charCodeAt(at));
    if (matched === text.length) return at + 1;
  }
  return -1;
}

// For each prefix of the part, by length - 1: the longest proper prefix that is also its suffix.
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at++) {
    matched = extend(part, borders, matched, part.charCodeAt(at));
    borders[at] = matched;
  }
  return borders;
}

function extend(part: string, borders: Uint32Array, matched: number, code: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
  return part.charCodeAt(length) === code ? length + 1 : length;
}
