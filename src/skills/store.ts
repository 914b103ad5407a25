// The port behind which skills are kept. The store holds the truth; what a new version does to the
// older ones is decided by the engine, inside one transaction of the store. Several processes may
// use one store at the same time, each with its own engine: an implementation must not assume that
// it sees all writes pass by.

/**
 * Where a version stands: `current`: the one in force; `old`: there is a newer version of the name;
 * `superseded`: the newest of its name, but another skill took its place.
 */
export type SkillState = "current" | "old" | "superseded";

/** One version of a skill as it is stored, without its code. */
export interface SkillRow {
  readonly namespace: string;
  readonly name: string;
  /** Counts up from 1 within a name. */
  readonly version: number;
  readonly platform?: string;
  readonly persona?: string;
  readonly urlPattern?: string;
  readonly description?: string;
  readonly taskKeywords: readonly string[];
  /** Absent: global. */
  readonly domain?: string;
  readonly state: SkillState;
  /** Name of the skill that took its place; only when `superseded`. */
  readonly supersededBy?: string;
  readonly successCount: number;
  readonly failCount: number;
  /** Of the last report that had one. */
  readonly lastNote?: string;
  /** Of the last report. */
  readonly lastReportedMs?: number;
  readonly recordedMs: number;
  /** Of the write that last changed the row. */
  readonly revision: number;
}

/** How much there is. */
export interface SkillCounts {
  /** Names, over all namespaces. */
  readonly skills: number;
  /** Namespaces with a skill. */
  readonly namespaces: number;
}

/** What can be looked up and changed while the store is locked for this write. */
export interface SkillTransaction {
  /** The revision that every row written here carries; one more than that of the last write. */
  readonly revision: number;
  /** The newest version of a name. */
  newest(namespace: string, name: string): SkillRow | undefined;
  /** Names in the namespace. */
  skills(namespace: string): number;
  /** Namespaces with a skill. */
  namespaces(): number;
  /** Adds a version; its revision is set to that of the transaction. */
  insert(row: SkillRow, code: string): void;
  /** Replaces state, counts and the last report of a version; the rest never changes. */
  update(row: SkillRow): void;
  /** Erases the versions of a name up to and including this one. */
  dropVersions(namespace: string, name: string, upTo: number): void;
}

/** Where skills live. */
export interface SkillStore {
  /**
   * Runs `change` while no other process can write. Resolves with its result once all it wrote is
   * on disk; rejects with what it threw, and then nothing of it is written. Rejects with
   * `storage_failed` when it could not be stored. `change` is synchronous; it may be run again, and then
   * only its last run counts.
   */
  write<T>(change: (transaction: SkillTransaction) => T): Promise<T>;
  /** The newest version of each name of a namespace, in order of insertion. Committed rows only. */
  newestOf(namespace: string): readonly SkillRow[];
  /** As `newestOf`, of all namespaces: rows with a later revision, in order of revision. */
  changesSince(revision: number): readonly SkillRow[];
  /** The code of one version; undefined for an unknown one. */
  code(namespace: string, name: string, version: number): string | undefined;
  /** How much there is now. */
  counts(): SkillCounts;
  /** The revision of the last committed write, by whichever process. */
  revision(): number;
  /** Moves whenever somebody else has committed; only equality means something. */
  dataVersion(): number;
}
