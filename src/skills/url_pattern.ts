// Does a URL contain a pattern in which `*` stands for any text? The parts between the wildcards must
// appear one after the other. Each part is looked for where the one before ended, so that no pattern
// takes more than linear time.

import { findEnd, prepareNeedle } from "../base/find_text.ts";

/** A pattern made ready; true when a URL contains it. Case counts; wildcards alone fit any URL. */
export type UrlPattern = (url: string) => boolean;

/** Makes a pattern ready. */
export function compileUrlPattern(pattern: string): UrlPattern {
  const parts = pattern.split("*").filter((part) => part !== "").map(prepareNeedle);
  return (url) => {
    let end = 0;
    for (const part of parts) {
      end = findEnd(url, part, end);
      if (end < 0) return false;
    }
    return true;
  };
}
