// Checks at the door of the skills: every text is well-formed, free of NUL, and within its limit.
// Complaints name the argument as a caller of the tools knows it and give sizes, never the text.

import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { NewSkill, SkillOutcome, SkillQuery } from "./skill.ts";

/** The range of `k`. */
const HITS_MAX = 20;

/** A skill whose texts are checked and in their stored form. */
export type CheckedSkill = Omit<NewSkill, "taskKeywords"> & {
  readonly taskKeywords: readonly string[];
};

/** Checks a skill that is to be stored; throws CarError "invalid_argument". */
export function checkSkill(skill: NewSkill, limits: Limits): CheckedSkill {
  const nameMax = limits.subjectBytesMax;
  const textMax = limits.skillTextBytesMax;
  return {
    name: checkName("name", skill.name, nameMax),
    code: checkBody("code", skill.code, limits.skillCodeBytesMax),
    taskKeywords: checkKeywords(skill.taskKeywords ?? [], limits),
    ...optional("platform", skill.platform, nameMax),
    ...optional("persona", skill.persona, nameMax),
    ...optional("domain", skill.domain, nameMax),
    ...optional("supersedes", skill.supersedes, nameMax),
    ...optional("urlPattern", skill.urlPattern, textMax),
    ...optional("description", skill.description, textMax),
  };
}

/** Checks a question; throws CarError "invalid_argument". */
export function checkQuery(query: SkillQuery, limits: Limits): SkillQuery {
  const { task, k } = query;
  if (!Number.isInteger(k) || k < 1 || k > HITS_MAX) {
    throw refused("k", `is ${k}`, `a whole number from 1 to ${HITS_MAX}`);
  }
  return {
    k,
    task: checkBody("task", task, limits.queryBytesMax),
    ...optional("persona", query.persona, limits.subjectBytesMax),
    ...optional("url", query.url, limits.queryBytesMax),
  };
}

/** Checks a report; throws CarError "invalid_argument". */
export function checkOutcome(report: SkillOutcome, limits: Limits): SkillOutcome {
  const { outcome } = report;
  if (outcome !== "success" && outcome !== "failure") {
    throw refused("outcome", "is none of the known words", "success, failure");
  }
  return {
    name: checkName("name", report.name, limits.subjectBytesMax),
    outcome,
    ...optional("note", report.note, limits.skillTextBytesMax),
  };
}

/** Checks the domain of a listing; throws CarError "invalid_argument". */
export function checkDomain(domain: string | undefined, limits: Limits): string | undefined {
  return optional("domain", domain, limits.subjectBytesMax).domain;
}

/** Checks the name of a namespace; throws CarError "invalid_argument". */
export function checkNamespace(namespace: string, limits: Limits): void {
  const { namespaceCharsMax } = limits;
  if (namespace.length > namespaceCharsMax) {
    throw tooLong("namespace", `${namespace.length} characters`, namespaceCharsMax);
  }
  if (!/^[A-Za-z0-9._/-]+$/.test(namespace)) {
    throw refused("namespace", "is empty or holds other characters", "[A-Za-z0-9._/-]");
  }
}

function checkKeywords(keywords: readonly string[], limits: Limits): readonly string[] {
  const { skillKeywordsMax, tagCharsMax } = limits;
  if (keywords.length > skillKeywordsMax) {
    throw tooLong("task_keywords", `${keywords.length} entries`, skillKeywordsMax);
  }
  const checked = keywords.map((keyword, at) => {
    const field = `task_keywords[${at}]`;
    const text = checkText(field, keyword).normalize("NFC").trim();
    if (text.length > tagCharsMax) throw tooLong(field, `${text.length} characters`, tagCharsMax);
    return text;
  });
  return [...new Set(checked)].filter((keyword) => keyword !== "");
}

// Kept as given, white space included.
function checkBody(field: string, text: string, bytesMax: number): string {
  return checkFilled(field, checkBytes(field, checkText(field, text), bytesMax));
}

function checkName(field: string, text: string, bytesMax: number): string {
  return checkFilled(
    field,
    checkBytes(field, checkText(field, text).normalize("NFC").trim(), bytesMax),
  );
}

// Arguments of the engine are in camelCase, those of the tools in snake_case.
function optional<Name extends string>(name: Name, text: string | undefined, bytesMax: number) {
  const field = name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  const checked = checkBytes(field, checkText(field, text ?? "").normalize("NFC").trim(), bytesMax);
  // A computed key of a type parameter is widened by the compiler.
  return (checked === "" ? {} : { [name]: checked }) as { readonly [N in Name]?: string };
}

function checkFilled(field: string, text: string): string {
  if (text.trim() === "") throw refused(field, "is empty", "at least one visible character");
  return text;
}

// Half of a surrogate pair has no UTF-8 form, and some readers of SQLite end a text at a NUL: both
// would come back changed.
function checkText(field: string, text: string): string {
  if (text.includes("\0")) throw refused(field, "holds the character U+0000", "text without it");
  if (text.isWellFormed()) return text;
  throw refused(field, "holds half of a surrogate pair", "well-formed Unicode");
}

function checkBytes(field: string, text: string, bytesMax: number): string {
  // A unit of UTF-16 takes one to three bytes.
  if (text.length * 3 <= bytesMax) return text;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > bytesMax) throw tooLong(field, `${bytes} bytes`, bytesMax);
  return text;
}

function tooLong(field: string, given: string, maximum: number): CarError {
  return refused(field, `has ${given}`, `at most ${maximum}`);
}

function refused(field: string, given: string, allowed: string): CarError {
  return new CarError("invalid_argument", `"${field}" ${given}; allowed: ${allowed}`, {
    data: { field },
  });
}
