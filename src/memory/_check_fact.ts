// Looks at a fact before anything is stored: text that cannot be kept as it is, and every bound. A
// message names the field and sizes, never the text. Field names are those of the stored columns.

import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { CONFIDENCES, FACT_KINDS, type NewFact } from "./fact.ts";

const ENCODER = new TextEncoder();
const NAMESPACE = /^[A-Za-z0-9._/-]+$/;
// deno-lint-ignore no-control-regex -- an id must not hold any
const CONTROL = /[\u0000-\u001f\u007f]/;
// The range of a Date (ECMA-262, "Time Values and Time Range").
const TIME_MS_MAX = 8.64e15;

/** Returns the fact with its subject, ids and tags in their stored form; throws `invalid_argument`. */
export function checkFact(fact: NewFact, limits: Limits): NewFact {
  const { supersedes, id } = fact;
  checkText("body", fact.body);
  checkBytes("body", fact.body, limits.factBodyBytesMax);
  checkWord("kind", fact.kind, FACT_KINDS);
  checkWord("confidence", fact.confidence, CONFIDENCES);
  checkTime("valid_from", fact.validFromMs);
  checkTime("expires_at", fact.expiresAtMs);
  for (const name of ["source", "principal", "client"] as const) {
    const text = fact[name];
    if (text !== undefined) checkChars(name, text, limits.sourceCharsMax);
  }
  if (fact.premises !== undefined && fact.premises.length > 0 && fact.kind !== "conclusion") {
    throw refused("premises", 'are given, but "kind" is not "conclusion"', 'kind "conclusion"');
  }
  return {
    ...fact,
    subject: checkedSubject("subject", fact.subject, limits),
    tags: checkedTags(fact.tags ?? [], limits),
    ...(id === undefined ? {} : { id: checkedId("id", id, limits) }),
    ...(supersedes === undefined ? {} : { supersedes: checkedTarget(supersedes, limits) }),
    dependsOn: checkedIds("depends_on", fact.dependsOn ?? [], limits),
    premises: checkedIds("premises", fact.premises ?? [], limits),
  };
}

/** Throws `invalid_argument` unless it is a name of 1 to `namespaceCharsMax` of [A-Za-z0-9._/-]. */
export function checkNamespace(namespace: string, limits: Limits): void {
  if (namespace.length > limits.namespaceCharsMax) {
    throw tooLong("namespace", `${namespace.length} characters`, limits.namespaceCharsMax);
  }
  if (!NAMESPACE.test(namespace)) {
    throw refused("namespace", "is empty or holds other characters", "[A-Za-z0-9._/-]");
  }
}

/** Bytes of a text in UTF-8; stops being exact above `enough`, where only "more" matters. */
export function utf8Bytes(text: string, enough: number): number {
  // A unit of UTF-16 takes one to three bytes.
  if (text.length > enough) return text.length;
  return text.length * 3 <= enough ? text.length : ENCODER.encode(text).byteLength;
}

/** An `invalid_argument` about one field. */
export function refused(field: string, given: string, allowed: string): CarError {
  return new CarError("invalid_argument", `"${field}" ${given}; allowed: ${allowed}`, {
    data: { field },
  });
}

/** Throws when the text is longer than `bytesMax` in UTF-8. */
export function checkBytes(field: string, text: string, bytesMax: number): void {
  const bytes = utf8Bytes(text, bytesMax);
  if (bytes > bytesMax) throw tooLong(field, `${ENCODER.encode(text).byteLength} bytes`, bytesMax);
}

function checkedSubject(field: string, text: string, limits: Limits): string {
  checkText(field, text);
  const subject = text.normalize("NFC").trim();
  checkBytes(field, subject, limits.subjectBytesMax);
  return subject;
}

// An id or a subject, so the wider of their bounds applies; a character takes up to three bytes.
function checkedTarget(text: string, limits: Limits): string {
  const subjectBytesMax = Math.max(limits.subjectBytesMax, 3 * limits.idCharsMax);
  return checkedSubject("supersedes", text, { ...limits, subjectBytesMax });
}

function checkedId(field: string, text: string, limits: Limits): string {
  checkText(field, text);
  const id = text.normalize("NFC").trim();
  checkChars(field, id, limits.idCharsMax);
  if (CONTROL.test(id)) throw refused(field, "holds a control character", "visible characters");
  return id;
}

function checkedIds(field: string, ids: readonly string[], limits: Limits): readonly string[] {
  if (ids.length > limits.factLinksMax) {
    throw tooLong(field, `${ids.length} entries`, limits.factLinksMax);
  }
  return [...new Set(ids.map((id, at) => checkedId(`${field}[${at}]`, id, limits)))];
}

function checkedTags(tags: readonly string[], limits: Limits): readonly string[] {
  if (tags.length > limits.tagsMax) throw tooLong("tags", `${tags.length} tags`, limits.tagsMax);
  const checked = tags.map((text, at) => {
    checkText(`tags[${at}]`, text);
    const tag = tagForm(text);
    checkChars(`tags[${at}]`, tag, limits.tagCharsMax);
    return tag;
  });
  return [...new Set(checked)];
}

/** The form in which tags are stored and compared. */
export function tagForm(text: string): string {
  return text.normalize("NFC").trim();
}

// Half of a surrogate pair has no UTF-8 form, and some readers of SQLite end a text at a NUL: both
// would come back changed.
function checkText(field: string, text: string): void {
  if (text.trim() === "") throw refused(field, "is empty", "at least one visible character");
  if (text.includes("\0")) throw refused(field, "holds the character U+0000", "text without it");
  if (!text.isWellFormed()) {
    throw refused(field, "holds half of a surrogate pair", "well-formed Unicode");
  }
}

function checkChars(field: string, text: string, charsMax: number): void {
  checkText(field, text);
  if (text.length > charsMax) throw tooLong(field, `${text.length} characters`, charsMax);
}

function checkWord(field: string, word: string | undefined, allowed: readonly string[]): void {
  if (word !== undefined && !allowed.includes(word)) {
    throw refused(field, "is none of the known words", allowed.join(", "));
  }
}

function checkTime(field: string, ms: number | undefined): void {
  if (ms !== undefined && !(Number.isInteger(ms) && Math.abs(ms) <= TIME_MS_MAX)) {
    throw refused(field, "is not a time", "whole milliseconds of UTC");
  }
}

function tooLong(field: string, given: string, max: number): CarError {
  return refused(field, `is ${given}`, `at most ${max}`);
}
