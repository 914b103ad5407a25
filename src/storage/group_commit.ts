// Shares one transaction, and so one sync of the disk, among all writes that wait at the same time.
// A refusal undoes that write alone: its batch is taken back and run again with a savepoint around
// each write. A write is acknowledged only after COMMIT; when the transaction as a whole fails, every
// write of it is rejected and none is half there. The event loop takes a turn between two transactions,
// and before many writers are told, so that reads go on; writers that arrive meanwhile join the next one.
//
// Savepoints for all would be simpler, but SQLite keeps a copy of every page that is changed in one:
// with them an insert took 17.5 microseconds, without 11.6.
//
// Commits run in the event loop. A connection belongs to the thread that opened it, and a change reads
// and decides inside its transaction, so only all writing could move to a worker, and each write would
// cross twice. What a query waits for beside 256 writers is a batch or the rows going to the index, and
// only a fraction of a millisecond of sync. Copying the log back into the file would come on top; a
// thread does that (_checkpointer.ts).

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { BatchTime } from "./_batch_time.ts";
import type { Checkpointer } from "./_checkpointer.ts";
import { type Change, settleBatch, WaitingWrite } from "./_waiting_write.ts";
import { isBusyFault, isFatalFault, isStorageFault, storageFailed } from "./_sqlite_fault.ts";

/** Options of a GroupCommit. */
export interface GroupCommitOptions {
  readonly connection: DatabaseSync;
  readonly clock: Clock;
  /** Throws when what is committed would be lost; asked before each commit. */
  readonly checkTarget?: () => void;
  /** Is told, inside the transaction, the first revision that this writer gives. */
  readonly beginCourse?: (revision: number) => void;
  /** Is told how many writes a commit has stored, and says what the next one waits for. */
  readonly log?: Pick<Checkpointer, "committed" | "hold">;
  /** Writes that may wait; another one is refused with `limit_reached`. */
  readonly queueMax: number;
  /** Writes that share one transaction. */
  readonly commitWritesMax: number;
}

// Another process holds the write lock for one batch and one sync of its disk, some milliseconds.
// A round waits 50 ms (database.ts); a hundred are five seconds, with reads answered in between.
const BUSY_ROUNDS_MAX = 100;
// What a writer does once it is told, the index first of all, takes longer than its write did. So few are
// told in the same turn: waiting for the next one would be most of what they wait for.
const TOLD_AT_ONCE_MAX = 8;
// Of more writers, so many are told in a turn: about two milliseconds.
const TOLD_IN_A_TURN = 64;

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  readRevision: "SELECT value FROM meta WHERE name = 'revision'",
  storeRevision: "UPDATE meta SET value = ? WHERE name = 'revision'",
  savepoint: "SAVEPOINT one_write",
  release: "RELEASE one_write",
  dataVersion: "PRAGMA data_version",
} as const;

/** The one writer of a database file in this process; nobody else writes with its connection. */
export class GroupCommit {
  readonly #connection: DatabaseSync;
  readonly #clock: Clock;
  readonly #batchTime: BatchTime;
  readonly #checkTarget: () => void;
  readonly #beginCourse: (revision: number) => void;
  readonly #log: GroupCommitOptions["log"];
  readonly #queueMax: number;
  readonly #commitWritesMax: number;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #queue: WaitingWrite[] = [];
  #isScheduled = false;
  // The batch that comes next holds a write that was refused.
  #isCareful = false;
  #isClosed = false;
  // Something of ours is on disk.
  #hasCourse = false;
  #busyRounds = 0;
  #generation = 0;
  #dataVersion = -1;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: GroupCommitOptions) {
    const { connection, clock, log, queueMax, commitWritesMax } = options;
    const { checkTarget = () => {}, beginCourse = () => {} } = options;
    this.#connection = connection;
    this.#clock = clock;
    this.#batchTime = new BatchTime(clock);
    this.#checkTarget = checkTarget;
    this.#beginCourse = beginCourse;
    this.#log = log;
    this.#queueMax = queueMax;
    this.#commitWritesMax = commitWritesMax;
    this.#statements = {
      begin: connection.prepare(STATEMENTS.begin),
      commit: connection.prepare(STATEMENTS.commit),
      readRevision: connection.prepare(STATEMENTS.readRevision),
      storeRevision: connection.prepare(STATEMENTS.storeRevision),
      savepoint: connection.prepare(STATEMENTS.savepoint),
      release: connection.prepare(STATEMENTS.release),
      dataVersion: connection.prepare(STATEMENTS.dataVersion),
    };
  }

  /**
   * Inside a change: moves whenever a row may have changed otherwise than by the changes that ran
   * before; only equality means something.
   */
  get generation(): number {
    return this.#generation;
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
    // It is settled with what its own change returned.
    this.#queue.push(new WaitingWrite(change, resolve as (result: unknown) => void, reject));
    this.#schedule();
    return promise;
  }

  /** To be called when somebody reads: batches are short for a while, so that readers wait for little. */
  noteReader(): void {
    this.#batchTime.noteReader();
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
    const commit = () => void setImmediate(() => this.#commitBatch());
    const hold = this.#log?.hold;
    // It never rejects.
    if (hold === undefined) commit();
    else void hold.then(commit);
  }

  #commitBatch(): void {
    if (!this.#hasBegun()) return this.#goOn();
    const batch: WaitingWrite[] = [];
    const fault = this.#runBatch(batch);
    if (fault === "run again") return this.#goOn();
    this.#queue.splice(0, batch.length);
    if (batch.length > TOLD_AT_ONCE_MAX) setImmediate(() => this.#tell(batch, fault));
    else this.#tell(batch, fault);
  }

  #tell(batch: readonly WaitingWrite[], fault: CarError | undefined): void {
    settleBatch(batch.slice(0, TOLD_IN_A_TURN), fault);
    const others = batch.slice(TOLD_IN_A_TURN);
    if (others.length === 0) this.#goOn();
    else setImmediate(() => this.#tell(others, fault));
  }

  #goOn(): void {
    this.#isScheduled = false;
    if (this.#queue.length > 0) return this.#schedule();
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  // False when there is nothing to run in this turn: the lock is held elsewhere, or BEGIN failed.
  #hasBegun(): boolean {
    if (this.#connection.isTransaction) this.#rollBack();
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
  // is on disk, else the reason why none of it is; "run again" when the reason is a write that was
  // refused: then the next batch finds out which one.
  #runBatch(batch: WaitingWrite[]): CarError | "run again" | undefined {
    const endMs = this.#batchTime.endMs();
    const isCareful = this.#isCareful;
    this.#isCareful = false;
    try {
      // The row is written by the first migration and never deleted.
      const before = (this.#statements.readRevision.get() as { value: number }).value;
      let revision = before;
      this.#noteOthers();
      do {
        const write = this.#queue[batch.length];
        if (write === undefined) break;
        batch.push(write);
        if (!isCareful) this.#run(write, ++revision);
        else if (this.#hasRun(write, revision + 1)) revision++;
      } while (batch.length < this.#commitWritesMax && this.#clock.monotonicMs() < endMs);
      if (revision !== before) this.#storeRevisions(before + 1, revision);
      this.#checkTarget();
      this.#batchTime.time(() => void this.#statements.commit.run());
      this.#hasCourse ||= revision !== before;
      this.#log?.committed(batch.length);
      return undefined;
    } catch (fault) {
      this.#rollBack();
      if (this.#isCareful) return "run again";
      return fault instanceof CarError ? fault : storageFailed("commit a write", fault);
    }
  }

  #storeRevisions(first: number, last: number): void {
    if (!this.#hasCourse) this.#beginCourse(first);
    this.#statements.storeRevision.run(last);
  }

  #noteOthers(): void {
    // It always answers one row.
    const { data_version: now } = this.#statements.dataVersion.get() as { data_version: number };
    if (now !== this.#dataVersion) this.#generation++;
    this.#dataVersion = now;
  }

  // Never throws: the writes are answered with the fault that came before. A transaction that is still
  // open then is rolled back before the next one begins, or makes that fail.
  #rollBack(): void {
    this.#generation++;
    try {
      // A full disk ends the transaction by itself.
      if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
    } catch {
      // Said above.
    }
  }

  // What it throws takes the transaction with it; when it was only refused, the rest is run again.
  #run(write: WaitingWrite, revision: number): void {
    try {
      write.run(revision);
    } catch (fault) {
      this.#isCareful = !isFatalFault(fault) && this.#connection.isTransaction;
      throw fault;
    }
  }

  // Throws only when the whole transaction is lost.
  #hasRun(write: WaitingWrite, revision: number): boolean {
    this.#statements.savepoint.run();
    try {
      write.run(revision);
      this.#statements.release.run();
      return true;
    } catch (fault) {
      if (isFatalFault(fault) || !this.#connection.isTransaction) throw fault;
      this.#generation++;
      this.#connection.exec("ROLLBACK TO one_write; RELEASE one_write");
      write.reject(isStorageFault(fault) ? storageFailed("write", fault) : fault);
      return false;
    }
  }
}
