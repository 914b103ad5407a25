// TaskStore on an SQLite file of its own. Each method is one statement or one transaction, written to the
// log before it returns, so that what it took survives `kill -9`. A power cut may take the last ones; it
// ends the work of running tasks anyway. A file that is found to be damaged is set aside and a new one
// begun: its tasks are unknown then, as after their time.

import { Buffer } from "node:buffer";
import type { SQLOutputValue } from "node:sqlite";
import { type ErasedText, type ErasedTexts, prepareErasedTexts } from "../base/erased_texts.ts";
import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import type { TaskStore, TaskUsage } from "../tasks/store.ts";
import type { Task } from "../tasks/task.ts";
import { numberIn, textIn } from "./_columns.ts";
import { openConnection, type OpenedFile } from "./_connection.ts";
import { fileCheck } from "./_file_identity.ts";
import { openPresence, type Presence } from "./_presence.ts";
import { scrubNow, type ScrubTarget } from "./_scrub.ts";
import { messageColumn, principalColumn } from "./_session_rows.ts";
import { removeSetAside, type SetAside, setAside } from "./_set_aside.ts";
import { isDamageFault, isStorageFault, storageFailed } from "./_sqlite_fault.ts";
import { TASK_MIGRATIONS } from "./_task_schema.ts";

/** A TaskStore that holds its file open. */
export interface SqliteTasks extends TaskStore {
  /** Safe to call twice. */
  close(): void;
}

/** Options of `createSqliteTasks`. */
export interface SqliteTasksOptions {
  /** The file; its folder exists. Created with mode 0600; a file `….lock` stands beside it. */
  readonly path: string;
  /** Is told of a damaged file, after a new one was begun in its place. */
  readonly onSetAside: (file: SetAside) => void;
}

// Other processes write one task at a time.
const BUSY_WAIT_MS = 250;
const CHECKPOINT_PAGES = 1_000;
// A content can be as long as a message may be, so only some are read at a time.
const SUSPECTS_AT_ONCE = 8;

/**
 * Opens or creates the file; a damaged one is set aside and reported. Throws `storage_newer`,
 * `home_unusable` or `storage_failed`.
 */
export function createSqliteTasks(options: SqliteTasksOptions): SqliteTasks {
  const { path } = options;
  const file = openFile(options);
  try {
    return new TasksOfFile(file, openPresence(`${path}.lock`));
  } catch (fault) {
    file.close();
    throw isStorageFault(fault) ? storageFailed(`lock "${path}.lock"`, fault) : fault;
  }
}

class TasksOfFile implements SqliteTasks {
  readonly #file: TaskFile;
  readonly #presence: Presence;
  readonly #statements: Statements;
  #isClosed = false;

  constructor(file: TaskFile, presence: Presence) {
    this.#file = file;
    this.#presence = presence;
    this.#statements = prepareAll(file);
  }

  save(task: Task): void {
    this.#run("save a task", ({ save }) => save.run(...columnsOf(task)));
  }

  get(id: string): Task | undefined {
    return this.#run("read a task", ({ get }) => {
      const row = get.get(id);
      return row === undefined ? undefined : taskOf(row);
    });
  }

  usage(principalId: string): TaskUsage {
    return this.#run("count tasks", ({ usage, ofPrincipal }) => {
      const all = usage.get();
      const own = ofPrincipal.get(principalColumn(principalId));
      return {
        tasks: Number(all?.["tasks"]),
        ofPrincipal: Number(own?.["tasks"]),
        bytes: Number(all?.["bytes"]),
      };
    });
  }

  removeExpired(nowMs: number): number {
    return this.#run(
      "remove expired tasks",
      ({ removeExpired }) => Number(removeExpired.run(nowMs).changes),
    );
  }

  nextExpiryMs(): number | undefined {
    return this.#run("read a task", ({ nextExpiry }) => numberIn(nextExpiry.get()?.["expires"]));
  }

  endAbandoned(nowMs: number): number {
    return this.#run("end abandoned tasks", ({ endAbandoned }) => {
      const ended = this.#presence.whenAlone(() => endAbandoned.run(nowMs).changes);
      return Number(ended ?? 0);
    });
  }

  erase(texts: readonly ErasedText[], nowMs: number): readonly string[] {
    const erased = prepareErasedTexts(texts);
    const ids: string[] = [];
    this.#run("erase tasks", (statements) => {
      for (let after = 0;;) {
        const step = eraseSome(statements, erased, { after, nowMs });
        ids.push(...step.ids);
        if (step.last === undefined) return;
        after = step.last;
      }
    });
    this.#scrub();
    return ids;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
    this.#presence.close();
  }

  #run<T>(attempt: string, use: (statements: Statements) => T): T {
    if (this.#isClosed) throw new CarError("closed", `Cannot ${attempt}: storage is closed`);
    try {
      return use(this.#statements);
    } catch (fault) {
      throw isStorageFault(fault) ? storageFailed(attempt, fault) : fault;
    }
  }

  // What was deleted is overwritten where it lay last; the log, copies of the file and other places in its
  // pages may still hold it.
  #scrub(): void {
    removeSetAside(this.#file.path);
    if (this.#run("scrub the tasks", () => scrubNow(this.#file))) return;
    throw new CarError("storage_failed", "Cannot empty the log: another process reads the tasks");
  }
}

interface TaskFile extends OpenedFile, ScrubTarget {}

type Statements = ReturnType<typeof prepareAll>;

const COLUMNS =
  "id, principal, status, failure, created, updated, expires, bytes, message, content";

function prepareAll({ connection }: OpenedFile) {
  const prepare = (sql: string) => connection.prepare(sql);
  return {
    save: prepare(`INSERT INTO tasks (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, failure = excluded.failure,
        updated = excluded.updated, expires = excluded.expires, bytes = excluded.bytes,
        message = excluded.message, content = excluded.content
      WHERE status IN ('working', 'input_required')`),
    get: prepare(`SELECT ${COLUMNS} FROM tasks WHERE id = ?`),
    usage: prepare("SELECT count(*) AS tasks, coalesce(sum(bytes), 0) AS bytes FROM tasks"),
    ofPrincipal: prepare("SELECT count(*) AS tasks FROM tasks WHERE principal = ?"),
    removeExpired: prepare("DELETE FROM tasks WHERE expires <= ?"),
    nextExpiry: prepare("SELECT min(expires) AS expires FROM tasks"),
    endAbandoned: prepare(`UPDATE tasks SET status = 'failed', failure = 'interrupted',
      updated = ?, bytes = 0, message = NULL, content = NULL
      WHERE status IN ('working', 'input_required')`),
    // What may hold one of the pieces, some at a time, after a place.
    suspects: prepare(`SELECT number, id, message, content FROM tasks
      WHERE number > ? AND EXISTS (SELECT 1 FROM json_each(?) AS piece
        WHERE instr(content, piece.value) > 0 OR instr(message, piece.value) > 0)
      ORDER BY number LIMIT ?`),
    erase: prepare(`UPDATE tasks SET status = iif(status = 'cancelled', status, 'failed'),
      failure = iif(status = 'cancelled', NULL, 'erased'), updated = ?, bytes = 0,
      message = NULL, content = NULL WHERE number = ?`),
  };
}

function openFile(options: SqliteTasksOptions): TaskFile {
  const { path, onSetAside } = options;
  try {
    return openPath(path);
  } catch (cause) {
    const isDamaged = cause instanceof CarError && cause.code === "storage_damaged";
    if (!isDamaged && !isDamageFault(cause)) throw cause;
    const asidePath = setAside(path);
    const file = openPath(path);
    onSetAside({ path: asidePath, cause });
    return file;
  }
}

function openPath(path: string): TaskFile {
  const opened = openConnection({
    path,
    durability: "normal",
    migrations: TASK_MIGRATIONS,
    busyWaitMs: BUSY_WAIT_MS,
    checkpointPages: CHECKPOINT_PAGES,
  });
  return { ...opened, path, checkTarget: fileCheck(path) };
}

interface EraseStep {
  /** Number of the last task that was looked at. */
  readonly after: number;
  readonly nowMs: number;
}

/** Looks at the next suspects and erases the guilty; `last` is undefined when there are no more. */
function eraseSome(
  { suspects, erase }: Statements,
  { areIn, pieces }: ErasedTexts,
  { after, nowMs }: EraseStep,
): { readonly ids: readonly string[]; readonly last: number | undefined } {
  const found = suspects.all(after, pieces, SUSPECTS_AT_ONCE);
  const guilty = found.filter(({ message, content }) =>
    [message, content].some((text) => typeof text === "string" && areIn(text))
  );
  for (const row of guilty) erase.run(nowMs, Number(row["number"]));
  return {
    ids: guilty.map((row) => String(row["id"])),
    last: numberIn(found.at(-1)?.["number"]),
  };
}

function columnsOf(task: Task): readonly (string | number | null)[] {
  const message = task.message === undefined ? null : JSON.stringify(task.message);
  const content = task.content === undefined ? null : messageColumn(task.content);
  return [
    task.id,
    principalColumn(task.principalId),
    task.status,
    task.failure ?? null,
    task.createdMs,
    task.updatedMs,
    task.expiresMs,
    Buffer.byteLength(message ?? "") + Buffer.byteLength(content ?? ""),
    message,
    content,
  ];
}

// What stands in a column was written here alone, from a value of the type it is read as.
function taskOf(row: Readonly<Record<string, SQLOutputValue>>): Task {
  const message = textIn(row["message"]);
  return {
    id: String(row["id"]),
    principalId: JSON.parse(String(row["principal"])) as string,
    status: row["status"] as Task["status"],
    ...given("failure", textIn(row["failure"]) as Task["failure"]),
    ...given("message", message === undefined ? undefined : JSON.parse(message) as string),
    createdMs: Number(row["created"]),
    updatedMs: Number(row["updated"]),
    expiresMs: Number(row["expires"]),
    ...given("content", textIn(row["content"])),
  };
}
