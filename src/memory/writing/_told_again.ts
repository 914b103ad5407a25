// A fact that is told again is stored once, but whoever tells it may ask for more than was stored:
// nothing of that is dropped without a word. What was stored is never weakened.

import type { Limits } from "../../base/limits.ts";
import { refusedField } from "../../base/text_fields.ts";
import { CONFIDENCES, type NewFact } from "../fact.ts";
import type { FactRow } from "../store.ts";

/**
 * The row of a known fact that was told again: with the tags of both, the higher confidence, the
 * later expiry or none when either has none, and a constraint when either is one. The row itself
 * when that changes nothing; throws `invalid_argument` for more tags than a fact may have.
 */
export function toldAgain(known: FactRow, told: NewFact, { tagsMax }: Limits): FactRow {
  const tags = [...new Set([...known.tags, ...told.tags ?? []])];
  const areTagsNew = tags.length > known.tags.length;
  if (areTagsNew && tags.length > tagsMax) {
    throw refusedField(
      "tags",
      `would make ${tags.length} with those stored`,
      `at most ${tagsMax}`,
    );
  }
  const { confidence: toldConfidence = known.confidence } = told;
  const confidence =
    CONFIDENCES.find((degree) => degree === known.confidence || degree === toldConfidence) ??
      known.confidence;
  const isConstraint = known.isConstraint || (told.isConstraint ?? false);
  const expiresAtMs = Math.max(known.expiresAtMs ?? Infinity, told.expiresAtMs ?? Infinity);
  const isUnchanged = !areTagsNew && confidence === known.confidence &&
    isConstraint === known.isConstraint && expiresAtMs === (known.expiresAtMs ?? Infinity);
  if (isUnchanged) return known;
  const { expiresAtMs: _before, ...rest } = known;
  const expiry = expiresAtMs === Infinity ? {} : { expiresAtMs };
  return { ...rest, tags, confidence, isConstraint, ...expiry };
}
