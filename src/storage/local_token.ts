// The token of an installation: a file that only its owner can read, so that whoever can read it is the
// user of this machine, also where the machine has several.

import { rmSync, statSync } from "node:fs";
import { CarError } from "../base/errors.ts";
import { readSmallFile } from "./small_file.ts";

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

/** Removes it, so that the next start makes another; nothing where there is none. */
export function removeLocalToken(path: string): void {
  rmSync(path, { force: true });
}
