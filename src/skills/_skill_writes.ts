// What a new version and a report change in the store. Both run inside one transaction of the store,
// so that no two writers, of this process or another, can overwrite each other's counts.

import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { CheckedSkill } from "./_skill_input.ts";
import { type IngestedSkill, type ReportedSkill, type SkillOutcome, statusOf } from "./skill.ts";
import type { SkillRow, SkillTransaction } from "./store.ts";

/** Adds the next version of a name; see `Skills.ingest` for what it throws. */
export function addVersion(
  transaction: SkillTransaction,
  { namespace, skill, recordedMs, limits }: {
    namespace: string;
    skill: CheckedSkill;
    recordedMs: number;
    limits: Limits;
  },
): IngestedSkill {
  const { code, supersedes, ...kept } = skill;
  const before = transaction.newest(namespace, skill.name);
  if (before === undefined) checkRoom(transaction, namespace, limits);
  else transaction.update(outdated(before));
  if (supersedes !== undefined && (supersedes !== skill.name || before === undefined)) {
    const replaced = transaction.newest(namespace, supersedes);
    if (replaced === undefined) throw unknownSkill("supersedes", "supersede");
    transaction.update({ ...replaced, state: "superseded", supersededBy: skill.name });
  }
  const version = (before?.version ?? 0) + 1;
  const { revision } = transaction;
  const fresh = { state: "current", successCount: 0, failCount: 0, recordedMs, revision } as const;
  transaction.insert({ namespace, version, ...kept, ...fresh }, code);
  if (version > limits.skillVersionsMax) {
    transaction.dropVersions(namespace, skill.name, version - limits.skillVersionsMax);
  }
  return {
    name: skill.name,
    version,
    ...(supersedes === undefined ? {} : { superseded: supersedes }),
  };
}

/** Counts an outcome of the newest version; throws "not_found" for an unknown name. */
export function countOutcome(
  transaction: SkillTransaction,
  { namespace, outcome, reportedMs }: {
    namespace: string;
    outcome: SkillOutcome;
    reportedMs: number;
  },
): ReportedSkill {
  const { name } = outcome;
  const row = transaction.newest(namespace, name);
  if (row === undefined) throw unknownSkill("name", "report on");
  const isSuccess = outcome.outcome === "success";
  const changed: SkillRow = {
    ...row,
    successCount: row.successCount + (isSuccess ? 1 : 0),
    failCount: row.failCount + (isSuccess ? 0 : 1),
    ...(outcome.note === undefined ? {} : { lastNote: outcome.note }),
    lastReportedMs: reportedMs,
  };
  transaction.update(changed);
  const { successCount, failCount } = changed;
  return { name, successCount, failCount, status: statusOf(changed) };
}

function outdated({ supersededBy: _, ...row }: SkillRow): SkillRow {
  return { ...row, state: "old" };
}

function checkRoom(transaction: SkillTransaction, namespace: string, limits: Limits): void {
  const skills = transaction.skills(namespace);
  if (skills >= limits.skillsMax) {
    throw limitReached("skills", skills, limits.skillsMax);
  }
  const namespaces = skills === 0 ? transaction.namespaces() : 0;
  if (namespaces >= limits.namespacesMax) {
    throw limitReached("namespaces", namespaces, limits.namespacesMax);
  }
}

function limitReached(what: string, given: number, maximum: number): CarError {
  const message = `Cannot store this skill: there are ${given} ${what}, at most ${maximum} allowed`;
  return new CarError("limit_reached", message, { data: { maximum } });
}

function unknownSkill(field: string, attempt: string): CarError {
  const message =
    `Cannot ${attempt} this skill: no skill of the namespace has the name in ${field}`;
  return new CarError("not_found", message, { data: { field } });
}
