// Shares one transaction, and so one sync of the disk, among all writes that wait at the same time.
// Each write runs in its own savepoint: a refusal undoes that write alone. A write is acknowledged
// only after COMMIT; when the transaction as a whole fails, every write of it is rejected and none
// is half there. Between two transactions the event loop takes a turn, so that reads go on and
// writers that arrive meanwhile join the next one.

import type { DatabaseSync } from "node:sqlite";
import { CarError, messageOf } from "../base/errors.ts";
import { isBusyFault, isFatalFault, isStorageFault, storageFailed } from "./_sqlite_fault.ts";

/** A change; runs synchronously inside the transaction and must not start another one. */
export type Change<T> = (revision: number) => T;

/** Options of `createGroupCommit`. */
export interface GroupCommitOptions {
  readonly connection: DatabaseSync;
  /** Writes that may wait; another one is refused with `limit_reached`. */
  readonly queueMax: number;
  /** Writes that share one transaction. */
  readonly commitWritesMax: number;
}

/** The one writer of a database file in this process. */
export interface GroupCommit {
  /**
   * Queues `change`; resolves with its result once that is on disk. The change gets the revision
   * that its rows must carry. Rejects with what the change threw (only that write is undone), with
   * `storage_failed` when the transaction could not be committed, `limit_reached` when the queue is
   * full and `closed` after `close()`.
   */
  write<T>(change: Change<T>): Promise<T>;
  /** Resolves once everything queued so far is settled. */
  flush(): Promise<void>;
  /** Takes no more writes and resolves once those that wait are settled; safe to call twice. */
  close(): Promise<void>;
  /** Writes that wait. */
  readonly waiting: number;
}

interface Waiting {
  run(revision: number): void;
  settle(): void;
  reject(fault: unknown): void;
}

// Another process holds the write lock for one sync of its disk, some milliseconds. SQLite itself
// waits BUSY_WAIT_MS (database.ts) a round and blocks the loop for that long; twenty rounds are
// five seconds, in which reads are answered in between.
const BUSY_ROUNDS_MAX = 20;

/** A writer for `connection`, which nobody else may use to write. */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { connection, queueMax, commitWritesMax } = options;
  const begin = connection.prepare("BEGIN IMMEDIATE");
  const commit = connection.prepare("COMMIT");
  const readRevision = connection.prepare("SELECT value FROM meta WHERE name = 'revision'");
  const storeRevision = connection.prepare("UPDATE meta SET value = ? WHERE name = 'revision'");
  const savepoint = connection.prepare("SAVEPOINT one_write");
  const release = connection.prepare("RELEASE one_write");

  const queue: Waiting[] = [];
  let isScheduled = false;
  let isClosed = false;
  let busyRounds = 0;
  let idle: PromiseWithResolvers<void> | undefined;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(commitBatch);
  }

  function commitBatch(): void {
    isScheduled = false;
    if (begun()) {
      const batch = queue.splice(0, commitWritesMax);
      settleBatch(batch, runBatch(batch));
    }
    if (queue.length > 0) return schedule();
    idle?.resolve();
    idle = undefined;
  }

  // False when there is nothing to run in this turn: the lock is held elsewhere, or BEGIN failed.
  function begun(): boolean {
    try {
      begin.run();
      busyRounds = 0;
      return true;
    } catch (fault) {
      if (isBusyFault(fault) && ++busyRounds < BUSY_ROUNDS_MAX) return false;
      busyRounds = 0;
      settleBatch(queue.splice(0, commitWritesMax), storageFailed("begin a write", fault));
      return false;
    }
  }

  // Undefined when the whole batch is on disk, else the reason why none of it is.
  function runBatch(batch: readonly Waiting[]): CarError | undefined {
    try {
      // The row is written by the first migration and never deleted.
      const before = (readRevision.get() as { value: number }).value;
      let revision = before;
      for (const write of batch) if (runOne(write, revision + 1)) revision++;
      if (revision !== before) storeRevision.run(revision);
      commit.run();
      return undefined;
    } catch (fault) {
      rollback();
      return storageFailed("commit a write", fault);
    }
  }

  // Throws only when the whole transaction is lost.
  function runOne(write: Waiting, revision: number): boolean {
    savepoint.run();
    try {
      write.run(revision);
      release.run();
      return true;
    } catch (fault) {
      if (isFatalFault(fault) || !connection.isTransaction) throw fault;
      connection.exec("ROLLBACK TO one_write; RELEASE one_write");
      write.reject(isStorageFault(fault) ? storageFailed("write", fault) : fault);
      return false;
    }
  }

  function rollback(): void {
    // A full disk ends the transaction by itself.
    if (connection.isTransaction) connection.exec("ROLLBACK");
  }

  function write<T>(change: Change<T>): Promise<T> {
    if (isClosed) return Promise.reject(new CarError("closed", "Cannot write: storage is closed"));
    if (queue.length >= queueMax) {
      const message = `Cannot write: ${queue.length} writes wait already, at most ${queueMax} may`;
      return Promise.reject(new CarError("limit_reached", message));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    queue.push(waitingFor(change, resolve, reject));
    schedule();
    return promise;
  }

  function flush(): Promise<void> {
    if (!isScheduled) return Promise.resolve();
    idle ??= Promise.withResolvers<void>();
    return idle.promise;
  }

  return {
    write,
    flush,
    close() {
      isClosed = true;
      return flush();
    },
    get waiting() {
      return queue.length;
    },
  };
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
