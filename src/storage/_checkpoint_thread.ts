// What runs in the thread that copies the log back into the database file: a connection of its own and
// one statement. It is a text and no module, so that it is inside the executables that Deno and Bun
// build; a file of its own would have to be named to each of them.

/** What the thread is told of the database. */
export interface CheckpointThreadData {
  /** Of the database file; nothing is created where there is none. */
  readonly path: string;
}

/** What the thread is asked for. */
export type CheckpointRequest = "copy" | "end";

/** What the thread says: that it has opened the file, what one pass did, that it has closed the file. */
export type CheckpointReply =
  | { readonly kind: "opened" | "closed" }
  /** The rest was written meanwhile, or somebody still reads what was before it. */
  | { readonly kind: "copied"; readonly isAll: boolean }
  | { readonly kind: "failed" };

// PASSIVE waits for nobody and holds up nobody
// (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). It syncs the log before it copies and the
// file after it, as SQLite does by default; the other pragma makes that reach the disk on macOS. Nothing
// is read before the first "copy": until then the file may turn out to be another one. A URI of mode `rw`
// would open only what there is, but Deno takes it for a path where a program has not every permission.
/** The program of the thread, for a Worker that is made of a text. */
export const CHECKPOINT_THREAD = `(async () => {
  const { parentPort, workerData } = await import("node:worker_threads");
  const say = (reply) => parentPort.postMessage(reply);
  try {
    const { DatabaseSync } = await import("node:sqlite");
    const { existsSync } = await import("node:fs");
    if (!existsSync(workerData.path)) return say({ kind: "failed" });
    const connection = new DatabaseSync(workerData.path, { timeout: 0 });
    parentPort.on("message", (request) => {
      try {
        if (request === "end") {
          connection.close();
          return say({ kind: "closed" });
        }
        connection.exec("PRAGMA checkpoint_fullfsync = ON");
        const row = connection.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
        say({ kind: "copied", isAll: row.busy === 0 && row.log === row.checkpointed });
      } catch {
        say({ kind: "failed" });
      }
    });
    say({ kind: "opened" });
  } catch {
    say({ kind: "failed" });
  }
})()`;
