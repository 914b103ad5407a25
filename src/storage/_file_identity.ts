// A file that is open can lose its name: a person deletes it, or puts a copy in its place. What is
// written then goes to a file that nobody finds again, so it must not be acknowledged.

import { statSync } from "node:fs";
import { CarError } from "../base/errors.ts";

/** A check that throws `storage_failed` once `path` is no longer the file that it names now. */
export function fileCheck(path: string): () => void {
  const opened = identityOf(path);
  return () => {
    if (identityOf(path) === opened) return;
    throw new CarError(
      "storage_failed",
      `Cannot write: "${path}" was replaced or removed while it was open; restart the server`,
      { data: { path } },
    );
  };
}

// Whole numbers: those of a large volume are beyond what a double holds. Undefined: there is no file.
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}
