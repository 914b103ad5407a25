// A memory on a file of its own, with a clock that the test moves.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import {
  type MemoryEngine,
  type MemoryEngineOptions,
  openMemory,
} from "../../src/memory/engine.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** An engine, its file and its clock; `await using` closes and removes everything. */
export class TestMemory {
  readonly clock = new FakeClock();
  readonly #home = tempHome();
  readonly path = join(this.#home.path, "memory.db");
  readonly #limits: Limits;
  #opened: { readonly engine: MemoryEngine; readonly database: Database } | undefined;

  constructor(limits: Partial<Limits>) {
    this.#limits = limitsWith(limits);
  }

  get engine(): MemoryEngine {
    return this.#current.engine;
  }

  get database(): Database {
    return this.#current.database;
  }

  get #current() {
    if (this.#opened === undefined) throw new Error("The test memory is not open");
    return this.#opened;
  }

  /** Opens the file as another process would. */
  async openAnother(
    options:
      & Pick<MemoryEngineOptions, "audit" | "copyHolders" | "onFault" | "snapshotFiles">
      & Partial<Pick<MemoryEngineOptions, "clock">> = {},
  ): Promise<{ readonly engine: MemoryEngine; readonly database: Database }> {
    const limits = this.#limits;
    const database = openDatabase({ path: this.path, limits });
    const store = createSqliteMemory(database);
    const engine = await openMemory({ store, clock: this.clock, limits, ...options });
    return { engine, database };
  }

  async restart(options: Pick<MemoryEngineOptions, "snapshotFiles"> = {}): Promise<void> {
    await this.#close();
    this.#opened = await this.openAnother(options);
  }

  /** Puts a copy of an earlier state in the place of the file. */
  async replaceDatabase(copy: string): Promise<void> {
    await this.#close();
    for (const ending of ["", "-wal", "-shm"]) rmSync(this.path + ending, { force: true });
    cpSync(copy, this.path);
    this.#opened = await this.openAnother();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    this.#home[Symbol.dispose]();
  }

  async #close(): Promise<void> {
    await this.#opened?.engine.close();
    await this.#opened?.database.close();
  }
}

/** An empty memory with the standard limits but for those given. */
export async function openTestMemory(limits: Partial<Limits> = {}): Promise<TestMemory> {
  const memory = new TestMemory(limits);
  await memory.restart();
  return memory;
}
