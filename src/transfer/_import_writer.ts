// Gathers the entries of an import into transactions and counts what became of them.

import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Merged } from "../memory/merge.ts";
import type { TransferStore } from "../memory/transfer_store.ts";
import type { SkillRow, SkillStore } from "../skills/store.ts";
import type { Entry, MemoryEntry, SkillEntry } from "./_entry.ts";

/** Where an import goes. */
export interface ImportTarget {
  readonly memory: TransferStore;
  readonly skills: SkillStore;
}

/** What became of the facts, edges, skills and other records of a file. */
export interface MergeCounts {
  readonly added: number;
  /** Was here and is now different. */
  readonly changed: number;
  /** Was here as it is. */
  readonly known: number;
  readonly skipped: number;
}

/** A line that was not taken, or not in whole, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly why: string;
}

/** Options of an ImportWriter. */
export interface ImportWriterOptions {
  readonly target: ImportTarget;
  readonly limits: Limits;
  readonly nowMs: number;
  readonly onProgress?: (lines: number) => void;
}

// One transaction takes some milliseconds: whoever else writes waits no longer than that, and its one
// sync of the disk is shared by all of its lines.
const BATCH_ENTRIES = 256;
const BATCH_CHARS = 1 << 20;
// A fact with more edges than that is parted from some of them by a crash.
const BATCH_ENTRIES_MAX = 4_096;
const REASONS_MAX = 100;

/** The one writer of an import. */
export class ImportWriter {
  readonly #options: ImportWriterOptions;
  readonly #aliases = new Map<string, string>();
  readonly #counts = { added: 0, changed: 0, known: 0, skipped: 0 };
  readonly #reasons: SkippedLine[] = [];
  #batch: Entry[] = [];
  #chars = 0;
  #waiting: MemoryEntry[] = [];

  constructor(options: ImportWriterOptions) {
    this.#options = options;
  }

  /** Entries that wait for the end. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes an entry; stores a batch when it is full. */
  async add(entry: Entry): Promise<void> {
    const [first] = this.#batch;
    const isFull = this.#batch.length >= BATCH_ENTRIES || this.#chars >= BATCH_CHARS;
    const isOver = this.#batch.length >= BATCH_ENTRIES_MAX;
    const isOther = first !== undefined && first.family !== entry.family;
    if (isOther || isOver || (isFull && !entry.belongsToLast)) await this.#flush();
    this.#batch.push(entry);
    this.#chars += entry.size;
  }

  /** Counts a line that was not even an entry. */
  skip(line: number, why: string): void {
    this.#count(line, { kind: "skipped", why });
  }

  /** Stores the rest, those that waited at last. */
  async finish(): Promise<void> {
    await this.#flush();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) await this.add(entry);
    await this.#flush();
  }

  /** What became of everything so far. */
  report(): MergeCounts & { readonly reasons: readonly SkippedLine[] } {
    const reasons = this.#reasons.toSorted((a, b) => a.line - b.line);
    return { ...this.#counts, reasons };
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    const last = batch.at(-1);
    if (last === undefined) return;
    this.#batch = [];
    this.#chars = 0;
    try {
      await this.#store(batch);
    } catch (thrown) {
      throw thrown instanceof CarError ? interrupted(thrown, batch[0]?.line ?? 0) : thrown;
    }
    this.#options.onProgress?.(last.line);
  }

  async #store(batch: readonly Entry[]): Promise<void> {
    const { target, limits, nowMs } = this.#options;
    const { memory, skills } = target;
    const isMemory = (entry: Entry): entry is MemoryEntry => entry.family === "memory";
    const isSkill = (entry: Entry): entry is SkillEntry => entry.family === "skill";
    const ofMemory = batch.filter(isMemory);
    if (ofMemory.length > 0) {
      const options = { limits, nowMs, aliases: this.#aliases };
      const merged = await memory.write((transaction) =>
        ofMemory.map((entry) => judged(() => entry.apply(transaction, options)))
      );
      for (const [at, entry] of ofMemory.entries()) this.#countOrKeep(entry, merged[at]);
      return;
    }
    const codeOf = ({ namespace, name, version }: SkillRow) =>
      skills.code(namespace, name, version);
    const ofSkills = batch.filter(isSkill);
    const merged = await skills.write((transaction) =>
      ofSkills.map((entry) => judged(() => entry.apply(transaction, { limits, codeOf })))
    );
    for (const [at, { line }] of ofSkills.entries()) this.#count(line, merged[at]);
  }

  #countOrKeep(entry: MemoryEntry, merged: Merged | undefined): void {
    if (merged === undefined) this.#waiting.push(entry);
    else this.#count(entry.line, merged);
  }

  #count(line: number, merged: Merged | undefined): void {
    if (merged === undefined) return;
    this.#counts[merged.kind]++;
    if (merged.kind === "skipped" && this.#reasons.length < REASONS_MAX) {
      this.#reasons.push({ line, why: merged.why });
    }
  }
}

// A refusal comes before anything is written, so the rest of the transaction stands.
function judged<Result>(apply: () => Result): Result | Merged {
  try {
    return apply();
  } catch (thrown) {
    if (!(thrown instanceof CarError) || thrown.code !== "invalid_argument") throw thrown;
    return { kind: "skipped", why: thrown.message };
  }
}

function interrupted(fault: CarError, line: number): CarError {
  const message =
    `${fault.message}; everything before line ${line} is stored, the same import goes on from there`;
  return new CarError(fault.code, message, { data: fault.data, cause: fault });
}
