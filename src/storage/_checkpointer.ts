// Keeps the write-ahead log short without holding up the event loop. SQLite copies the log back into the
// file within a commit, which on a busy log writes thousands of pages and syncs them: tens of
// milliseconds in which no query is answered. Here a thread with a connection of its own does it while
// writes go on; what they add meanwhile is copied in a second, short pass during which they wait. Then
// the log is empty for SQLite, and the next write begins it anew.
//
// The thread is a help and no part of what is promised: it is started when much was written and ends
// when nothing more comes. Where it cannot be had, SQLite copies the log itself at LOG_PAGES_MAX.

import { Worker } from "node:worker_threads";
import type { CancelTimer, Clock } from "../base/clock.ts";
import {
  CHECKPOINT_THREAD,
  type CheckpointReply,
  type CheckpointRequest,
  type CheckpointThreadData,
} from "./_checkpoint_thread.ts";

/** Options of a Checkpointer. */
export interface CheckpointerOptions {
  /** Of the database file. */
  readonly path: string;
  readonly clock: Clock;
  /** Throws when the file at `path` is not the one that is open. */
  readonly checkTarget: () => void;
}

/** Pages in the log from which a commit copies it itself, whatever the thread does: 64 MiB. */
export const LOG_PAGES_MAX = 16_384;
// A fact adds three or four pages to the log when many share a transaction, a dozen when it is alone.
const WRITES_BETWEEN = 1_024;
// The thread takes some 20 MB of RAM; to start one holds up the event loop for tens of milliseconds, so
// whoever writes steadily, if not fast, keeps his.
const IDLE_MS = 60_000;
// The second pass takes milliseconds. Writers do not wait longer for a slow disk: the log may grow.
const HOLD_MS_MAX = 100;
// A pass that is under way is waited for; a thread that does not answer is ended after that.
const END_MS_MAX = 2_000;

/** Copies the log of one database from time to time. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #thread: Thread | undefined;
  #writes = 0;
  #isOff = false;
  #hold: PromiseWithResolvers<void> | undefined;
  #pause: Promise<void> | undefined;
  #underWay: Promise<void> | undefined;
  #cancelEnd: CancelTimer = () => {};

  constructor(options: CheckpointerOptions) {
    this.#options = options;
  }

  /** What the next write has to wait for; mostly nothing. */
  get hold(): Promise<void> | undefined {
    return this.#pause ?? this.#hold?.promise;
  }

  /** Some writes were committed. */
  committed(writes: number): void {
    this.#writes += writes;
    if (this.#writes < WRITES_BETWEEN || this.#isOff || this.#underWay !== undefined) return;
    this.#writes = 0;
    this.#cancelEnd();
    this.#underWay = this.#copy().finally(() => {
      this.#underWay = undefined;
      this.#cancelEnd = this.#options.clock.after(IDLE_MS, () => void this.#end());
    });
  }

  /** Resolves when no copying is under way; the next one begins after many more writes. */
  async rest(): Promise<void> {
    await this.#underWay;
  }

  /** Runs `task` while nothing is copied and the writes of this process wait. Pauses do not overlap. */
  async pause<T>(task: () => Promise<T>): Promise<T> {
    const pause = Promise.withResolvers<void>();
    this.#pause = pause.promise;
    try {
      // A batch that is due in this turn still runs, and may be the one after which copying begins.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      await this.#underWay;
      return await task();
    } finally {
      this.#pause = undefined;
      pause.resolve();
    }
  }

  /** Ends the thread; nothing is copied from then on. Safe to call twice. */
  async close(): Promise<void> {
    this.#isOff = true;
    await this.#underWay;
    await this.#end();
  }

  // Never rejects: without the thread, SQLite does its work.
  async #copy(): Promise<void> {
    this.#thread ??= new Thread(this.#options.path);
    const thread = this.#thread;
    try {
      if (!await thread.isOpen) return this.#giveUp(thread);
      // Only now: the thread may have opened a file that was put in the place of ours.
      this.#options.checkTarget();
    } catch {
      return this.#giveUp(thread);
    }
    const first = await thread.ask("copy");
    if (first.kind === "failed") return this.#giveUp(thread);
    if (first.kind !== "copied" || first.isAll || this.#isOff) return;
    const hold = this.#hold = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(HOLD_MS_MAX, () => this.#release(hold));
    await thread.ask("copy");
    cancel();
    this.#release(hold);
  }

  #release(hold: PromiseWithResolvers<void>): void {
    if (this.#hold === hold) this.#hold = undefined;
    hold.resolve();
  }

  #giveUp(thread: Thread): void {
    this.#isOff = true;
    this.#thread = undefined;
    thread.stop();
  }

  async #end(): Promise<void> {
    this.#cancelEnd();
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end(this.#options.clock);
  }
}

// One request at a time; a thread that breaks down answers `failed` to that one and to all later ones.
// It keeps the process alive while an answer is awaited, and only then.
class Thread {
  readonly #worker: Worker;
  readonly isOpen: Promise<boolean>;
  #answer = Promise.withResolvers<CheckpointReply>();
  #hasFailed = false;

  constructor(path: string) {
    const workerData: CheckpointThreadData = { path };
    this.#worker = new Worker(CHECKPOINT_THREAD, { eval: true, workerData });
    const answer = (reply: CheckpointReply) => {
      this.#worker.unref();
      this.#answer.resolve(reply);
    };
    const fail = () => {
      this.#hasFailed = true;
      answer({ kind: "failed" });
    };
    this.#worker.on("message", answer);
    this.#worker.on("error", fail);
    this.#worker.on("exit", fail);
    this.isOpen = this.#answer.promise.then(({ kind }) => kind === "opened");
  }

  ask(request: CheckpointRequest): Promise<CheckpointReply> {
    if (this.#hasFailed) return Promise.resolve({ kind: "failed" });
    this.#answer = Promise.withResolvers<CheckpointReply>();
    this.#worker.ref();
    this.#worker.postMessage(request);
    return this.#answer.promise;
  }

  async end(clock: Clock): Promise<void> {
    const closed = this.isOpen.then(() => this.ask("end"));
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(END_MS_MAX, late.resolve);
    await Promise.race([closed, late.promise]);
    cancel();
    await this.#worker.terminate();
  }

  stop(): void {
    void this.#worker.terminate();
  }
}
