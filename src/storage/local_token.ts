// The token of an installation: a file that only its owner can read, so that whoever can read it is the
// user of this machine, also where the machine has several.

import { rmSync, statSync } from "node:fs";
import { createToken, writeToken } from "../auth/token_text.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { withFileLock } from "./_file_lock.ts";
import { readSmallFile } from "./small_file.ts";
import { writeWholeFile } from "./whole_file.ts";

const BYTES_MAX = 256;

/** The token; undefined if there is none. Throws CarError `home_unusable` for a file that others can read. */
export function readLocalToken(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const file = readSmallFile(path, { bytesMax: BYTES_MAX, mustBePrivate: true });
  if ("complaint" in file) throw new CarError("home_unusable", file.complaint);
  const token = file.text.trim();
  if (token === "") throw new CarError("home_unusable", `${path} is empty; remove it`);
  return token;
}

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

/** Removes it, so that the next start makes another; nothing where there is none. */
export function removeLocalToken(path: string): void {
  rmSync(path, { force: true });
}
