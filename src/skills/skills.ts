// The skills of an agent: stored, listed, found for a task, and judged by how they went. Rows in the
// store are the truth; a namespace that is used is kept in RAM, brought up to date whenever anybody
// has written, and dropped when many others were used since.

import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { checkNamespaceName } from "../base/text_fields.ts";
import {
  type Actor,
  type AuditEntry,
  type AuditLog,
  NO_AUDIT,
  UNNAMED_ACTOR,
} from "../memory/audit_log.ts";
import { LoadedNamespaces } from "./_loaded_namespaces.ts";
import { compareText } from "./_sorted_names.ts";
import { checkDomain, checkOutcome, checkQuery, checkSkill } from "./_skill_input.ts";
import { addVersion, countOutcome } from "./_skill_writes.ts";
import { explainMatch, matchScore } from "./match_score.ts";
import type {
  FoundSkill,
  IngestedSkill,
  NewSkill,
  ReportedSkill,
  SkillNames,
  SkillOutcome,
  SkillQuery,
  SkillView,
} from "./skill.ts";
import type { SkillIndex } from "./_skill_index.ts";
import type { SkillWatcher } from "./skill_watcher.ts";
import type { SkillCounts, SkillStore, SkillTransaction } from "./store.ts";

/** Options of `openSkills`. */
export interface SkillsOptions {
  readonly store: SkillStore;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Where it is noted who wrote what; default: nowhere. */
  readonly audit?: AuditLog;
}

/**
 * Skills by namespace. Every method throws CarError "closed" after `close()`. `by` says for the audit on
 * whose behalf a write is done.
 */
export interface Skills {
  /**
   * Stores a skill, on disk when it resolves. A known name becomes the next version, with a clean
   * record; `supersedes` deprecates another skill. Rejects with "invalid_argument", "not_found" (of
   * `supersedes`), "limit_reached" or "storage_failed".
   */
  ingest(namespace: string, skill: NewSkill, by?: Actor): Promise<IngestedSkill>;
  /** All skills by name, deprecated ones too; with a domain, those of the domain and global ones. */
  list(namespace: string, options?: { readonly domain?: string }): readonly SkillView[];
  /** Active skills, of any domain, that something ties to the task; best first. */
  find(namespace: string, query: SkillQuery): readonly FoundSkill[];
  /** Counts an outcome, on disk when it resolves; rejects with "not_found" for an unknown name. */
  report(namespace: string, outcome: SkillOutcome, by?: Actor): Promise<ReportedSkill>;
  /** The newest version of a name with its code, whatever its status; undefined for an unknown name. */
  read(namespace: string, name: string): (SkillView & { readonly code: string }) | undefined;
  /** The skills whose names come after `afterName`, in order of name; at most `limit`. */
  page(namespace: string, afterName: string | undefined, limit: number): readonly SkillView[];
  /** Names that begin so, in order. */
  names(namespace: string, prefix: string, limit: number): SkillNames;
  /** Takes in what other processes have written since; every reading does it, too. */
  follow(): void;
  /** Has `watcher` told of every change from now on, in place of the one before; undefined: nobody. */
  watch(watcher: SkillWatcher | undefined): void;
  /** How much there is, in all namespaces. */
  stats(): SkillCounts;
  /** Waits for the writes under way and takes no more; the store stays open. Safe to call twice. */
  close(): Promise<void>;
}

/** Opens the skills in a store; nothing is read until a namespace is used. */
export function openSkills(options: SkillsOptions): Skills {
  return new StoredSkills(options);
}

class StoredSkills implements Skills {
  readonly #store: SkillStore;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #audit: AuditLog;
  readonly #loaded: LoadedNamespaces;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ store, clock, limits, audit = NO_AUDIT }: SkillsOptions) {
    this.#store = store;
    this.#audit = audit;
    this.#clock = clock;
    this.#limits = limits;
    this.#loaded = new LoadedNamespaces(store);
  }

  async ingest(
    namespace: string,
    skill: NewSkill,
    by = UNNAMED_ACTOR,
  ): Promise<IngestedSkill> {
    this.#checkOpen("store a skill");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const version = {
      namespace,
      skill: checkSkill(skill, this.#limits),
      recordedMs: this.#clock.now(),
      limits: this.#limits,
    };
    return await this.#write((transaction) => addVersion(transaction, version), {
      by,
      entriesOf: (ingested, revision) => entriesOfVersion(namespace, ingested, revision),
    });
  }

  list(
    namespace: string,
    { domain }: { readonly domain?: string } = {},
  ): readonly SkillView[] {
    this.#checkOpen("list skills");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    return this.#loaded.index(namespace).views(checkDomain(domain, this.#limits));
  }

  find(namespace: string, query: SkillQuery): readonly FoundSkill[] {
    this.#checkOpen("find skills");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const checked = checkQuery(query, this.#limits);
    return this.#loaded.index(namespace).candidates(checked)
      .map((candidate) => ({ ...candidate, score: matchScore(candidate.evidence) }))
      .sort((a, b) => b.score - a.score || compareText(a.view.name, b.view.name))
      .slice(0, checked.k)
      .flatMap(({ view, evidence, score }) => {
        const code = this.#store.code(namespace, view.name, view.version);
        // Gone only if another process stored very many versions since the index was read.
        if (code === undefined) return [];
        return [{ skill: { ...view, code }, score, why: explainMatch(evidence) }];
      });
  }

  async report(
    namespace: string,
    outcome: SkillOutcome,
    by = UNNAMED_ACTOR,
  ): Promise<ReportedSkill> {
    this.#checkOpen("report on a skill");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const report = {
      namespace,
      outcome: checkOutcome(outcome, this.#limits),
      reportedMs: this.#clock.now(),
    };
    return await this.#write((transaction) => countOutcome(transaction, report), {
      by,
      entriesOf: ({ name }, revision) => [
        { action: "skill_reported", namespace, kind: "skill", name, revision },
      ],
    });
  }

  read(namespace: string, name: string): (SkillView & { readonly code: string }) | undefined {
    const view = this.#index("read a skill", namespace).view(name);
    const code = view && this.#store.code(namespace, name, view.version);
    return view === undefined || code === undefined ? undefined : { ...view, code };
  }

  page(namespace: string, afterName: string | undefined, limit: number): readonly SkillView[] {
    const index = this.#index("list skills", namespace);
    return index.names.after(afterName, limit).flatMap((name) => index.view(name) ?? []);
  }

  names(namespace: string, prefix: string, limit: number): SkillNames {
    return this.#index("list skills", namespace).names.startingWith(prefix, limit);
  }

  follow(): void {
    this.#checkOpen("follow other processes");
    this.#loaded.follow();
  }

  watch(watcher: SkillWatcher | undefined): void {
    this.#loaded.watcher = watcher;
  }

  stats(): SkillCounts {
    this.#checkOpen("count skills");
    return this.#store.counts();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    this.#loaded.clear();
  }

  async #write<T>(change: (transaction: SkillTransaction) => T, noting: Noting<T>): Promise<T> {
    const writing = this.#carryOut(change, noting);
    this.#underWay.add(writing);
    try {
      return await writing;
    } finally {
      this.#underWay.delete(writing);
      this.#loaded.markStale();
      if (this.#loaded.watcher !== undefined) this.#loaded.follow();
    }
  }

  async #carryOut<T>(change: (transaction: SkillTransaction) => T, noting: Noting<T>): Promise<T> {
    const { outcome, revision } = await this.#store.write((transaction) => ({
      outcome: change(transaction),
      revision: transaction.revision,
    }));
    await this.#audit.note(noting.by, noting.entriesOf(outcome, revision));
    return outcome;
  }

  #index(attempt: string, namespace: string): SkillIndex {
    this.#checkOpen(attempt);
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    return this.#loaded.index(namespace);
  }

  #checkOpen(attempt: string): void {
    if (this.#isClosed) throw new CarError("closed", `Cannot ${attempt}: the skills are closed`);
  }
}

// What the audit is told of a write.
interface Noting<T> {
  readonly by: Actor;
  readonly entriesOf: (outcome: T, revision: number) => readonly AuditEntry[];
}

function entriesOfVersion(
  namespace: string,
  { name, superseded }: IngestedSkill,
  revision: number,
): readonly AuditEntry[] {
  const skill = { namespace, kind: "skill", revision };
  const ingested: AuditEntry = { action: "skill_ingested", ...skill, name };
  if (superseded === undefined || superseded === name) return [ingested];
  return [ingested, { action: "skill_superseded", ...skill, name: superseded, cause: name }];
}
