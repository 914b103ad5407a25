// Reads the members of a record. A complaint names the member and what it should be, never its value.

import { refusedField } from "../base/text_fields.ts";

/** A record of a file, as it was parsed. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A member that is a text; throws `invalid_argument`, as all of these do. */
export function textOf(record: JsonRecord, name: string): string {
  const value = optionalTextOf(record, name);
  if (value === undefined) throw refusedField(name, "is missing", "a text");
  return value;
}

/** A member that is a text, if it is there. */
export function optionalTextOf(record: JsonRecord, name: string): string | undefined {
  const value = record[name];
  if (value === undefined || typeof value === "string") return value;
  throw refusedField(name, "is no text", "a text");
}

/** A member that is one of some words. */
export function wordOf<Word extends string>(
  record: JsonRecord,
  name: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === record[name]);
  if (found === undefined) throw refusedField(name, "is none of the known words", words.join(", "));
  return found;
}

/** A member that is a list of texts; an absent one is empty. */
export function textsOf(record: JsonRecord, name: string): readonly string[] {
  const value = record[name] ?? [];
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === "string");
  if (!isList) throw refusedField(name, "is no list of texts", "a list of texts");
  return value;
}

/** A member that is true, false or absent, which is false. */
export function flagOf(record: JsonRecord, name: string): boolean {
  const value = record[name] ?? false;
  if (typeof value !== "boolean") throw refusedField(name, "is no flag", "true, false");
  return value;
}

/** A member that is a whole number from `least` on. */
export function countOf(record: JsonRecord, name: string, least: number): number {
  const value = record[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw refusedField(name, "is no such number", `a whole number from ${least} on`);
}

/** A member that is a time as these files write it; in UTC milliseconds. */
export function timeOf(record: JsonRecord, name: string): number {
  const ms = optionalTimeOf(record, name);
  if (ms === undefined) throw refusedField(name, "is missing", "a time");
  return ms;
}

/** A member that is a time, if it is there. */
export function optionalTimeOf(record: JsonRecord, name: string): number | undefined {
  const text = optionalTextOf(record, name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms) && new Date(ms).toISOString() === text) return ms;
  throw refusedField(name, "is no time", 'a time like "2026-01-31T09:30:00.000Z"');
}

/** A member that is a record, if it is there. */
export function optionalRecordOf(record: JsonRecord, name: string): JsonRecord | undefined {
  const value = record[name];
  if (value === undefined || isRecord(value)) return value;
  throw refusedField(name, "is no record", "an object");
}

/** A member that is a list of records; an absent one is empty. */
export function recordsOf(record: JsonRecord, name: string): readonly JsonRecord[] {
  const value = record[name] ?? [];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw refusedField(name, "is no list of records", "a list of objects");
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A time as these files write it; undefined stays undefined, and is left out of the line. */
export function timeText(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
