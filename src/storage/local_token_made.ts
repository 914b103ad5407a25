// The token of an installation where there may be none yet. Apart from reading it, because a bridge that
// only reads it would load SQLite for the lock.

import { createToken, writeToken } from "../auth/token_text.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { withFileLock } from "./_file_lock.ts";
import { readLocalToken } from "./local_token.ts";
import { writeWholeFile } from "./whole_file.ts";

/** The token, made where there is none; throws as readLocalToken. */
export function ensureLocalToken(path: string): string {
  return readLocalToken(path) ?? withFileLock(`${path}.lock`, () => {
    const made = readLocalToken(path);
    if (made !== undefined) return made;
    const token = writeToken(createToken());
    try {
      writeWholeFile(path, `${token}\n`);
    } catch (thrown) {
      const message = `Cannot write ${path}: ${messageOf(thrown)}`;
      throw new CarError("home_unusable", message, { cause: thrown });
    }
    return token;
  });
}
