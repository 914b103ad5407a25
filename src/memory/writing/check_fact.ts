// Looks at a fact before anything is stored: text that cannot be kept as it is, and every bound. A
// message names the field and sizes, never the text. Field names are those of the stored columns.

import type { Limits } from "../../base/limits.ts";
import {
  checkBytes,
  checkChars,
  checkEntries,
  checkFilled,
  checkWellFormed,
  nameForm,
  refusedField,
} from "../../base/text_fields.ts";
import { STATUS_ID_START } from "./_status_id.ts";
import { CONFIDENCES, FACT_KINDS, type NewFact } from "../fact.ts";

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
    if (text === undefined) continue;
    checkText(name, text);
    checkChars(name, text, limits.sourceCharsMax);
  }
  if (fact.premises !== undefined && fact.premises.length > 0 && fact.kind !== "conclusion") {
    throw refusedField(
      "premises",
      'are given, but "kind" is not "conclusion"',
      'kind "conclusion"',
    );
  }
  return {
    ...fact,
    subject: checkedSubject("subject", fact.subject, limits),
    tags: checkedTags(fact.tags ?? [], limits),
    ...(id === undefined ? {} : { id: checkedNewId(id, limits) }),
    ...(supersedes === undefined ? {} : { supersedes: checkedTarget(supersedes, limits) }),
    dependsOn: checkedIds("depends_on", fact.dependsOn ?? [], limits),
    premises: checkedIds("premises", fact.premises ?? [], limits),
  };
}

/** Throws `invalid_argument` for a status that cannot be kept. */
export function checkStatus(body: string, limits: Limits): void {
  checkText("body", body);
  checkBytes("body", body, limits.factBodyBytesMax);
}

/** A subject in its stored form; throws `invalid_argument`. */
export function checkedSubject(field: string, text: string, limits: Limits): string {
  checkText(field, text);
  const subject = nameForm(text, limits.subjectBytesMax);
  checkBytes(field, subject, limits.subjectBytesMax);
  return subject;
}

// An id or a subject, so the wider of their bounds applies; a character takes up to three bytes.
function checkedTarget(text: string, limits: Limits): string {
  const subjectBytesMax = Math.max(limits.subjectBytesMax, 3 * limits.idCharsMax);
  return checkedSubject("supersedes", text, { ...limits, subjectBytesMax });
}

function checkedNewId(text: string, limits: Limits): string {
  const id = checkedId("id", text, limits);
  if (!id.startsWith(STATUS_ID_START)) return id;
  throw refusedField(
    "id",
    `begins with "${STATUS_ID_START}"`,
    "an id that is not that of a status",
  );
}

/** An id in its stored form; throws `invalid_argument`. */
export function checkedId(field: string, text: string, limits: Limits): string {
  checkText(field, text);
  const id = nameForm(text, limits.idCharsMax);
  checkChars(field, id, limits.idCharsMax);
  if (CONTROL.test(id)) {
    throw refusedField(field, "holds a control character", "visible characters");
  }
  return id;
}

function checkedIds(field: string, ids: readonly string[], limits: Limits): readonly string[] {
  checkEntries(field, ids, limits.factLinksMax);
  return [...new Set(ids.map((id, at) => checkedId(`${field}[${at}]`, id, limits)))];
}

function checkedTags(tags: readonly string[], limits: Limits): readonly string[] {
  checkEntries("tags", tags, limits.tagsMax);
  const checked = tags.map((text, at) => {
    checkText(`tags[${at}]`, text);
    const tag = nameForm(text, limits.tagCharsMax);
    checkChars(`tags[${at}]`, tag, limits.tagCharsMax);
    return tag;
  });
  return [...new Set(checked)];
}

function checkText(field: string, text: string): void {
  checkFilled(field, text);
  checkWellFormed(field, text);
}

function checkWord(field: string, word: string | undefined, allowed: readonly string[]): void {
  if (word !== undefined && !allowed.includes(word)) {
    throw refusedField(field, "is none of the known words", allowed.join(", "));
  }
}

function checkTime(field: string, ms: number | undefined): void {
  if (ms !== undefined && !(Number.isInteger(ms) && Math.abs(ms) <= TIME_MS_MAX)) {
    throw refusedField(field, "is not a time", "whole milliseconds of UTC");
  }
}
