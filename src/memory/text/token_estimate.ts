// How many tokens a text will take in a model, without asking one: every model has its own tokenizer,
// and none of them is here. Four characters of English or code make about one token; a character of
// another script makes up to one by itself. So:
//
//   tokens = ⌈ASCII characters / 4 + other characters⌉
//
// That is on the high side for most texts, which keeps a budget. A token is never more than four bytes
// of UTF-8 by this count.

/** Bytes of UTF-8 that one estimated token stands for at most. */
export const TOKEN_BYTES_MAX = 4;

const ASCII_CHARS_PER_TOKEN = 4;

/** The estimate for a text. */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let others = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) ascii++;
    // The second half of a surrogate pair belongs to the first.
    else if (unit < 0xdc00 || unit > 0xdfff) others++;
  }
  return Math.ceil(ascii / ASCII_CHARS_PER_TOKEN + others);
}
