// A 53-bit number that stands for a text in an index column. Equal texts have equal digests; the
// reader compares the texts themselves, so a collision costs time and nothing else.

// Two 32-bit lanes with odd multipliers near 2^32 divided by the golden ratio and by the square root
// of two, so that each character spreads over the whole lane.
const FIRST_MULTIPLIER = 0x9e3779b1;
const SECOND_MULTIPLIER = 0xb504f335;

/** The digest of `parts`, whose borders count: ["ab", "c"] differs from ["a", "bc"]. */
export function digestOf(parts: readonly string[]): number {
  let first = 0x12345679;
  let second = 0x6789abcd;
  for (const part of parts) {
    for (let at = 0; at < part.length; at++) {
      const unit = part.charCodeAt(at);
      first = Math.imul(first ^ unit, FIRST_MULTIPLIER);
      second = Math.imul(second ^ unit ^ (first >>> 15), SECOND_MULTIPLIER);
    }
    // No unit of well-formed text without NUL is zero, so a border looks like no character.
    first = Math.imul(first ^ (first >>> 13), FIRST_MULTIPLIER);
    second = Math.imul(second ^ (second >>> 16), SECOND_MULTIPLIER);
  }
  first ^= first >>> 16;
  second ^= second >>> 15;
  // 21 bits above 32 bits: every result is an exact integer of a double.
  return (first >>> 11) * 2 ** 32 + (second >>> 0);
}
