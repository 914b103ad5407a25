// Shares one transaction, and so one sync of the disk, among all writes that wait at the same time.
// Each write runs in its own savepoint: a refusal undoes that write alone. A write is acknowledged
// only after COMMIT; when the transaction as a whole fails, every write of it is rejected and none
// is half there. Between two transactions the event loop takes a turn, so that reads go on and
// writers that arrive meanwhile join the next one.
//
// Commits run in the event loop. A connection belongs to the thread that opened it, and a change reads
// and decides inside its transaction, so only all writing could move to a worker, and each write would
// cross twice. Measured beside 256 writers, a query waits 16 to 24 ms in its slowest hundredth (5.7
// without writers): a batch, the rows going to the index, and only a fraction of a millisecond of sync.
// Copying the log back into the file makes it 28 to 37; a worker would be worth it for that alone.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Clock } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { isBusyFault, isFatalFault, isStorageFault, storageFailed } from "./_sqlite_fault.ts";

/** A change; runs synchronously inside the transaction and must not start another one. */
export type Change<T> = (revision: number) => T;

/** Options of a GroupCommit. */
export interface GroupCommitOptions {
  readonly connection: DatabaseSync;
  readonly clock: Clock;
  /** Throws when what is committed would be lost; asked before each commit. */
  readonly checkTarget?: () => void;
  /** Writes that may wait; another one is refused with `limit_reached`. */
  readonly queueMax: number;
  /** Writes that share one transaction. */
  readonly commitWritesMax: number;
}

interface Waiting {
  run(revision: number): void;
  settle(): void;
  reject(fault: unknown): void;
}

// Another process holds the write lock for one batch and one sync of its disk, some milliseconds.
// A round waits 50 ms (database.ts); a hundred are five seconds, with reads answered in between.
const BUSY_ROUNDS_MAX = 100;
// A batch blocks the event loop, so it also ends after this time, or after as long as the last
// commit took if that was longer: queries wait for milliseconds even behind a crowd of writers, and
// on a slow disk at least half of the time is still spent writing.
const BATCH_MS = 4;

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  readRevision: "SELECT value FROM meta WHERE name = 'revision'",
  storeRevision: "UPDATE meta SET value = ? WHERE name = 'revision'",
  savepoint: "SAVEPOINT one_write",
  release: "RELEASE one_write",
} as const;

/** The one writer of a database file in this process; nobody else writes with its connection. */
export class GroupCommit {
  readonly #connection: DatabaseSync;
  readonly #clock: Clock;
  readonly #checkTarget: () => void;
  readonly #queueMax: number;
  readonly #commitWritesMax: number;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #queue: Waiting[] = [];
  #isScheduled = false;
  #isClosed = false;
  #busyRounds = 0;
  #commitMs = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: GroupCommitOptions) {
    const { connection, clock, checkTarget = () => {}, queueMax, commitWritesMax } = options;
    this.#connection = connection;
    this.#clock = clock;
    this.#checkTarget = checkTarget;
    this.#queueMax = queueMax;
    this.#commitWritesMax = commitWritesMax;
    this.#statements = {
      begin: connection.prepare(STATEMENTS.begin),
      commit: connection.prepare(STATEMENTS.commit),
      readRevision: connection.prepare(STATEMENTS.readRevision),
      storeRevision: connection.prepare(STATEMENTS.storeRevision),
      savepoint: connection.prepare(STATEMENTS.savepoint),
      release: connection.prepare(STATEMENTS.release),
    };
  }

  /**
   * Queues `change`; resolves with its result once that is on disk. The change gets the revision
   * that its rows must carry. Rejects with what the change threw (only that write is undone), with
   * `storage_failed` when the transaction could not be committed, `limit_reached` when the queue is
   * full and `closed` after `close()`.
   */
  write<T>(change: Change<T>): Promise<T> {
    const waiting = this.#queue.length;
    if (this.#isClosed) {
      return Promise.reject(new CarError("closed", "Cannot write: storage is closed"));
    }
    if (waiting >= this.#queueMax) {
      const message = `Cannot write: ${waiting} writes wait already, at most ${this.#queueMax} may`;
      return Promise.reject(new CarError("limit_reached", message));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#queue.push(waitingFor(change, resolve, reject));
    this.#schedule();
    return promise;
  }

  /** Resolves once everything queued so far is settled. */
  flush(): Promise<void> {
    if (!this.#isScheduled) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /** Takes no more writes and resolves once those that wait are settled; safe to call twice. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.flush();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#commitBatch());
  }

  #commitBatch(): void {
    this.#isScheduled = false;
    if (this.#hasBegun()) {
      const batch: Waiting[] = [];
      const fault = this.#runBatch(batch);
      this.#queue.splice(0, batch.length);
      settleBatch(batch, fault);
    }
    if (this.#queue.length > 0) return this.#schedule();
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  // False when there is nothing to run in this turn: the lock is held elsewhere, or BEGIN failed.
  #hasBegun(): boolean {
    this.#rollBack();
    try {
      this.#statements.begin.run();
      this.#busyRounds = 0;
      return true;
    } catch (fault) {
      if (isBusyFault(fault) && ++this.#busyRounds < BUSY_ROUNDS_MAX) return false;
      this.#busyRounds = 0;
      const batch = this.#queue.splice(0, this.#commitWritesMax);
      settleBatch(batch, storageFailed("begin a write", fault));
      return false;
    }
  }

  // Runs what waits, as far as the bounds allow, and puts it into `batch`. Undefined when all of it
  // is on disk, else the reason why none of it is.
  #runBatch(batch: Waiting[]): CarError | undefined {
    const endMs = this.#clock.monotonicMs() + Math.max(BATCH_MS, this.#commitMs);
    try {
      // The row is written by the first migration and never deleted.
      const before = (this.#statements.readRevision.get() as { value: number }).value;
      let revision = before;
      do {
        const write = this.#queue[batch.length];
        if (write === undefined) break;
        batch.push(write);
        if (this.#hasRun(write, revision + 1)) revision++;
      } while (batch.length < this.#commitWritesMax && this.#clock.monotonicMs() < endMs);
      if (revision !== before) this.#statements.storeRevision.run(revision);
      this.#checkTarget();
      this.#commit();
      return undefined;
    } catch (fault) {
      this.#rollBack();
      return fault instanceof CarError ? fault : storageFailed("commit a write", fault);
    }
  }

  // Never throws: the writes are answered with the fault that came before. A transaction that is still
  // open then is rolled back before the next one begins, or makes that fail.
  #rollBack(): void {
    try {
      // A full disk ends the transaction by itself.
      if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
    } catch {
      // Said above.
    }
  }

  #commit(): void {
    const startMs = this.#clock.monotonicMs();
    this.#statements.commit.run();
    this.#commitMs = this.#clock.monotonicMs() - startMs;
  }

  // Throws only when the whole transaction is lost.
  #hasRun(write: Waiting, revision: number): boolean {
    this.#statements.savepoint.run();
    try {
      write.run(revision);
      this.#statements.release.run();
      return true;
    } catch (fault) {
      if (isFatalFault(fault) || !this.#connection.isTransaction) throw fault;
      this.#connection.exec("ROLLBACK TO one_write; RELEASE one_write");
      write.reject(isStorageFault(fault) ? storageFailed("write", fault) : fault);
      return false;
    }
  }
}

// Settling after a rejection does nothing, as with any promise; that is how a refused write and a
// lost transaction meet.
function waitingFor<T>(
  change: Change<T>,
  resolve: (result: T) => void,
  reject: (fault: unknown) => void,
): Waiting {
  let settle = () => reject(new Error("Broken invariant: a write was settled before it ran"));
  return {
    run(revision) {
      const result = change(revision);
      settle = () => resolve(result);
    },
    settle: () => settle(),
    reject,
  };
}

function settleBatch(batch: readonly Waiting[], fault: CarError | undefined): void {
  for (const write of batch) {
    if (fault === undefined) write.settle();
    else write.reject(new CarError(fault.code, messageOf(fault), { cause: fault.cause }));
  }
}
