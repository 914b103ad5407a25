// Checks of the texts that callers give to an engine. A complaint names the field as the caller knows
// it, says what was given by its size or kind, never by its text, and what is allowed.

import { CarError } from "./errors.ts";
import { composed } from "./normal_form.ts";

const ENCODER = new TextEncoder();
const NAMESPACE = /^[A-Za-z0-9._/-]+$/;

/** An `invalid_argument` about one field. */
export function refusedField(field: string, given: string, allowed: string): CarError {
  return new CarError("invalid_argument", `"${field}" ${given}; allowed: ${allowed}`, {
    data: { field },
  });
}

/** An `invalid_argument` about the size of one field, as in `65 characters`. */
function tooLongField(field: string, size: string, most: number): CarError {
  return refusedField(field, `has ${size}`, `at most ${most}`);
}

/**
 * Throws `invalid_argument` for a text that would come back changed: half of a surrogate pair has no
 * UTF-8 form, and some readers of SQLite end a text at a NUL.
 */
export function checkWellFormed(field: string, text: string): void {
  if (text.includes("\0")) {
    throw refusedField(field, "holds the character U+0000", "text without it");
  }
  if (!text.isWellFormed()) {
    throw refusedField(field, "holds half of a surrogate pair", "well-formed Unicode");
  }
}

/** Throws `invalid_argument` for a text without a visible character. */
export function checkFilled(field: string, text: string): void {
  if (text.trim() === "") throw refusedField(field, "is empty", "at least one visible character");
}

/** Throws `invalid_argument` when the text is longer than that in UTF-8. */
export function checkBytes(field: string, text: string, bytesMax: number): void {
  if (utf8Bytes(text, bytesMax) <= bytesMax) return;
  throw tooLongField(field, `${ENCODER.encode(text).byteLength} bytes`, bytesMax);
}

/** Throws `invalid_argument` when the text has more UTF-16 units than that. */
export function checkChars(field: string, text: string, charsMax: number): void {
  if (text.length > charsMax) throw tooLongField(field, `${text.length} characters`, charsMax);
}

/** Throws `invalid_argument` when a list has more entries than that. */
export function checkEntries(field: string, entries: readonly unknown[], most: number): void {
  if (entries.length > most) throw tooLongField(field, `${entries.length} entries`, most);
}

/** Throws `invalid_argument` unless it is a name of 1 to that many of `[A-Za-z0-9._/-]`. */
export function checkNamespaceName(field: string, name: string, charsMax: number): void {
  checkChars(field, name, charsMax);
  if (!NAMESPACE.test(name)) {
    throw refusedField(field, "is empty or holds other characters", "A-Z a-z 0-9 . _ / -");
  }
}

/**
 * The form in which names, subjects and tags are stored and compared. `charsMax` is what the check of the
 * length that follows allows: what is far beyond it only loses its blanks.
 */
export function nameForm(text: string, charsMax: number): string {
  return composed(text.trim(), charsMax);
}

/** Bytes of a text in UTF-8; stops being exact above `enough`, where only "more" matters. */
function utf8Bytes(text: string, enough: number): number {
  // A unit of UTF-16 takes one to three bytes.
  if (text.length > enough) return text.length;
  return text.length * 3 <= enough ? text.length : ENCODER.encode(text).byteLength;
}
