// Puts a version of a skill that another memory kept into this one, inside a transaction. What is here
// under the same name and version stays as it is; a later version takes the place of the one before.

import type { Limits } from "../base/limits.ts";
import type { Merged } from "../memory/merge.ts";
import { checkSkill } from "./_skill_input.ts";
import type { SkillRow, SkillTransaction } from "./store.ts";
import type { OutgoingSkill } from "./transfer_store.ts";

/** Options of `mergeSkill`. */
export interface MergeSkillOptions {
  readonly limits: Limits;
  /** The code of a version that is here. */
  readonly codeOf: (row: SkillRow) => string | undefined;
}

/** Merges one version; throws `invalid_argument` for one that cannot be stored. */
export function mergeSkill(
  transaction: SkillTransaction,
  outgoing: OutgoingSkill,
  { limits, codeOf }: MergeSkillOptions,
): Merged {
  const { code, supersedes: _, ...checked } = checkSkill(
    { ...outgoing.row, code: outgoing.code },
    limits,
  );
  const row = { ...outgoing.row, ...checked };
  const { namespace, name, version } = row;
  const newest = transaction.newest(namespace, name);
  if (newest !== undefined && newest.version >= version) {
    const here = codeOf(row);
    if (here === code) return { kind: "known" };
    const why = here === undefined
      ? `the skill has version ${newest.version} here`
      : "another code has its name and version here";
    return { kind: "skipped", why };
  }
  const refusal = newest === undefined ? refusalOf(transaction, namespace, limits) : undefined;
  if (refusal !== undefined) return { kind: "skipped", why: refusal };
  if (newest !== undefined) transaction.update(outdated(newest));
  // Until its next version comes, an old one is in force: a name is never without one.
  transaction.insert({ ...row, state: row.state === "old" ? "current" : row.state }, code);
  const surplus = version - limits.skillVersionsMax;
  if (surplus > 0) transaction.dropVersions(namespace, name, surplus);
  return { kind: "added" };
}

function outdated({ supersededBy: _, ...row }: SkillRow): SkillRow {
  return { ...row, state: "old" };
}

function refusalOf(
  transaction: SkillTransaction,
  namespace: string,
  { skillsMax, namespacesMax }: Limits,
): string | undefined {
  const skills = transaction.skills(namespace);
  if (skills >= skillsMax) return `the namespace holds ${skills} skills, as many as it may`;
  if (skills === 0 && transaction.namespaces() >= namespacesMax) {
    return `there are ${namespacesMax} namespaces with skills, as many as there may be`;
  }
  return undefined;
}
