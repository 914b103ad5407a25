// Checks at the door of the skills: every text is well-formed, free of NUL, and within its limit.
// Complaints name the argument as a caller of the tools knows it and give sizes, never the text.

import { given } from "../base/given.ts";
import type { Limits } from "../base/limits.ts";
import {
  checkBytes,
  checkChars,
  checkEntries,
  checkFilled,
  checkWellFormed,
  nameForm,
  refusedField,
} from "../base/text_fields.ts";
import type { NewSkill, SkillOutcome, SkillQuery } from "./skill.ts";

/** The range of `k`. */
const HITS_MAX = 20;

// Wildcards of a URL pattern; each starts another search in every URL that is looked up.
const WILDCARDS_MAX = 32;

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
    ...checkPattern(optional("urlPattern", skill.urlPattern, textMax)),
    ...optional("description", skill.description, textMax),
  };
}

/** Checks a question; throws CarError "invalid_argument". */
export function checkQuery(query: SkillQuery, limits: Limits): SkillQuery {
  const { task, k } = query;
  if (!Number.isInteger(k) || k < 1 || k > HITS_MAX) {
    throw refusedField("k", `is ${k}`, `a whole number from 1 to ${HITS_MAX}`);
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
    throw refusedField("outcome", "is none of the known words", "success, failure");
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

function checkKeywords(keywords: readonly string[], limits: Limits): readonly string[] {
  checkEntries("task_keywords", keywords, limits.skillKeywordsMax);
  const checked = keywords.map((keyword, at) => {
    const field = `task_keywords[${at}]`;
    checkWellFormed(field, keyword);
    const text = nameForm(keyword, limits.tagCharsMax);
    checkChars(field, text, limits.tagCharsMax);
    return text;
  });
  return [...new Set(checked)].filter((keyword) => keyword !== "");
}

function checkPattern<Checked extends { readonly urlPattern?: string }>(checked: Checked): Checked {
  const wildcards = (checked.urlPattern ?? "").split("*").length - 1;
  if (wildcards > WILDCARDS_MAX) {
    throw refusedField("url_pattern", `has ${wildcards} wildcards`, `at most ${WILDCARDS_MAX}`);
  }
  return checked;
}

// Kept as given, white space included.
function checkBody(field: string, text: string, bytesMax: number): string {
  checkWellFormed(field, text);
  checkBytes(field, text, bytesMax);
  checkFilled(field, text);
  return text;
}

function checkName(field: string, text: string, bytesMax: number): string {
  checkWellFormed(field, text);
  return checkBody(field, nameForm(text, bytesMax), bytesMax);
}

// Arguments of the engine are in camelCase, those of the tools in snake_case.
function optional<Name extends string>(name: Name, text: string | undefined, bytesMax: number) {
  const field = name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  checkWellFormed(field, text ?? "");
  const checked = nameForm(text ?? "", bytesMax);
  checkBytes(field, checked, bytesMax);
  return given(name, checked === "" ? undefined : checked);
}
