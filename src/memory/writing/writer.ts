// The writing side of the engine: each change is one transaction of the store, then the index follows,
// then the caller is told. It also sees erasures through to their end.

import type { Clock } from "../../base/clock.ts";
import type { Limits } from "../../base/limits.ts";
import { addFact } from "./_add_fact.ts";
import { entriesOfAddition, entriesOfErasing } from "./_audit_entries.ts";
import type { AppliedWrite } from "../namespaces/applied_write.ts";
import type { Catalog } from "../namespaces/catalog.ts";
import { checkedId, checkFact, checkStatus } from "./check_fact.ts";
import { erase } from "./_erase.ts";
import { Scrubber } from "./_scrubber.ts";
import { statusIdOf } from "./_status_id.ts";
import type { Actor, AuditEntry, AuditLog } from "../audit_log.ts";
import type { CopyHolder, ErasedFact } from "../copy_holder.ts";
import type { AddedFact, DeletedFact, NewFact } from "../fact.ts";
import type { MemoryStore, MemoryTransaction } from "../store.ts";

/** Options of a Writer. */
export interface WriterOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly newId: () => string;
  readonly catalog: Catalog;
  readonly holders: readonly CopyHolder[];
  readonly audit: AuditLog;
  readonly onFault: (thrown: unknown) => void;
}

// What the audit is told of a write.
interface Noting<Outcome> {
  readonly by: Actor;
  readonly entriesOf: (outcome: Outcome) => readonly AuditEntry[];
}

// More ids are no use to a reader and would make an answer of any length.
const IDS_SHOWN_MAX = 100;

/** All writes of one engine. Namespaces are checked by the caller. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #scrubber: Scrubber;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: WriterOptions) {
    this.#options = options;
    const settle = (revision: number) => this.#settle(revision);
    this.#scrubber = new Scrubber({ ...options, settle });
  }

  /** Takes up what an earlier process left to be scrubbed. */
  start(): void {
    if (this.#options.store.scrubPending() > 0) this.#scrubber.scrubBehind(undefined);
  }

  async addFact(
    namespace: string,
    fact: NewFact,
    by: Actor,
  ): Promise<Omit<AddedFact, "related">> {
    const { clock, limits, newId } = this.#options;
    const checked = checkFact(fact, limits);
    const { added } = await this.#write(
      (transaction) =>
        addFact(transaction, { namespace, fact: checked, nowMs: clock.now(), newId, limits }),
      { by, entriesOf: (outcome) => entriesOfAddition(namespace, outcome) },
    );
    return added;
  }

  async deleteFact(namespace: string, givenId: string, by: Actor): Promise<DeletedFact> {
    const { clock, limits } = this.#options;
    const { factsEndedMax } = limits;
    const id = checkedId("id", givenId, limits);
    const { erased, deleted, invalidated } = await this.#write(
      (transaction) => erase(transaction, { namespace, id, nowMs: clock.now(), factsEndedMax }),
      { by, entriesOf: (outcome) => entriesOfErasing(namespace, outcome) },
    );
    const scrubbed = await this.#scrubber.scrub(erased === undefined ? [] : [erased]);
    return {
      ...deleted,
      scrubbed,
      invalidated: invalidated.slice(0, IDS_SHOWN_MAX),
      invalidatedTotal: invalidated.length,
    };
  }

  async setStatus(namespace: string, body: string, by: Actor): Promise<string> {
    const { clock, limits } = this.#options;
    checkStatus(body, limits);
    await this.#write((transaction) => {
      transaction.setStatus(namespace, { body, updatedMs: clock.now() });
      return { rows: [], revision: transaction.revision };
    }, {
      by,
      entriesOf: ({ revision }) => [{ action: "status_set", namespace, kind: "status", revision }],
    });
    return statusIdOf(namespace);
  }

  /**
   * Counts that a fact is put before an agent; resolves with how often it was by now, or undefined
   * when it was erased in the meantime: then nothing of it may be written down again.
   */
  async countReminder(namespace: string, id: string): Promise<number | undefined> {
    const { clock } = this.#options;
    const { count } = await this.#write((transaction) => ({
      count: transaction.fact(namespace, id) === undefined
        ? undefined
        : transaction.countReminder(namespace, id, clock.now()),
      rows: [],
      revision: transaction.revision,
    }));
    return count;
  }

  /** Another process saw to the files; copies that this one alone keeps are not known to it. */
  tellHolders(erased: readonly ErasedFact[]): void {
    if (erased.length > 0) this.#scrubber.scrubBehind(erased);
  }

  /** Waits for the writes under way and scrubs what is pending, if it can. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#scrubber.close();
  }

  async #write<Outcome extends AppliedWrite>(
    change: (transaction: MemoryTransaction) => Outcome,
    noting?: Noting<Outcome>,
  ): Promise<Outcome> {
    const writing = this.#carryOut(change, noting);
    this.#underWay.add(writing);
    try {
      return await writing;
    } finally {
      this.#underWay.delete(writing);
    }
  }

  async #carryOut<Outcome extends AppliedWrite>(
    change: (transaction: MemoryTransaction) => Outcome,
    noting: Noting<Outcome> | undefined,
  ): Promise<Outcome> {
    const { catalog, audit } = this.#options;
    const outcome = await this.#store(change);
    const noted = noting && audit.note(noting.by, noting.entriesOf(outcome));
    const applying = catalog.apply(outcome);
    if (applying !== undefined) await applying;
    if (noted !== undefined) await noted;
    return outcome;
  }

  // Nobody may take an erasure of ours for another's, not even in the turn in which it comes to be on disk.
  async #store<Outcome extends AppliedWrite>(
    change: (transaction: MemoryTransaction) => Outcome,
  ): Promise<Outcome> {
    const { store, catalog } = this.#options;
    let takeBack: (() => void) | undefined;
    try {
      return await store.write((transaction) => {
        const outcome = change(transaction);
        if (outcome.erased !== undefined) takeBack = catalog.erasing(outcome.revision);
        return outcome;
      });
    } catch (thrown) {
      takeBack?.();
      throw thrown;
    }
  }

  async #settle(scrubbed: number): Promise<void> {
    await this.#write((transaction) => {
      transaction.setScrubbed(scrubbed);
      return { rows: [], revision: transaction.revision };
    });
  }
}
