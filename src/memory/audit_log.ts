// The port to where it is noted who did what to a memory. Nothing of what a memory says is ever in it: an
// id that the memory made stands as it is, and whatever somebody chose (an id, the name of a skill) stands
// as a digest, for a text that was erased may have been written into it, too.

import { createHash } from "node:crypto";
import type { Eventually } from "../base/eventually.ts";
import { isMadeId } from "../base/ids.ts";

/** On whose behalf something is done, and which way it came in. */
export interface Actor {
  readonly principal: string;
  /** What the client calls itself, where there is one. */
  readonly client?: string;
  /** The tool, or the command, by its name. */
  readonly via: string;
}

/** What can be done to a memory. */
export type AuditAction =
  | "added"
  /** Told again: tags, confidence and links were merged, as far as they were new. */
  | "repeated"
  | "superseded"
  /** A conclusion that lost a premise. */
  | "invalidated"
  | "erased"
  | "status_set"
  | "skill_ingested"
  | "skill_superseded"
  | "skill_reported"
  | "exported"
  /** An import that has no `imported` behind it was interrupted. */
  | "import_begun"
  | "imported"
  | "backed_up"
  | "restored"
  | "compacted"
  /** Lines that could not be written stood here; `count` says how many. */
  | "lost";

/** All of them; the order is part of nothing. */
export const AUDIT_ACTIONS: readonly AuditAction[] = [
  "added",
  "repeated",
  "superseded",
  "invalidated",
  "erased",
  "status_set",
  "skill_ingested",
  "skill_superseded",
  "skill_reported",
  "exported",
  "import_begun",
  "imported",
  "backed_up",
  "restored",
  "compacted",
  "lost",
];

/** Something that was done. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** Absent: all of them. */
  readonly namespace?: string;
  /** The kind of a fact, `status` or `skill`. */
  readonly kind?: string;
  /** Of the fact, or the name of the skill, as it is; the log writes `auditedName` of it. */
  readonly name?: string;
  /** Of what ended it, alike. */
  readonly cause?: string;
  /** Of the write. */
  readonly revision?: number;
  /** How many records of a file were added, and how many changed. */
  readonly added?: number;
  readonly changed?: number;
}

/** Notes what was done. */
export interface AuditLog {
  /**
   * Takes what one write did, after it is durable. Resolves when it would outlive the process; never
   * rejects: what cannot be noted is counted and reported, and the write stands.
   */
  note(by: Actor, entries: readonly AuditEntry[]): Eventually<void>;
}

/** Notes nothing. */
export const NO_AUDIT: AuditLog = { note: () => {} };

/** Stands for whoever did not say who they are. */
export const UNNAMED_ACTOR: Actor = { principal: "unknown", via: "program" };

const DIGEST_DIGITS = 16;

/** How an id or a name of a namespace stands in the audit; the same one always stands alike. */
export function auditedName(namespace: string | undefined, name: string): string {
  if (isMadeId(name)) return name;
  const digest = createHash("sha256").update(JSON.stringify([namespace ?? "", name])).digest("hex");
  return `#${digest.slice(0, DIGEST_DIGITS)}`;
}
