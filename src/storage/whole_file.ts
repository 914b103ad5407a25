// A file for its owner alone that appears whole or not at all: written under another name, synced,
// renamed.

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { pid } from "node:process";

const PRIVATE_FILE = 0o600;

/** Writes the file with mode 0600 in place of what was there; throws what the system does. */
export function writeWholeFile(path: string, text: string): void {
  const temporary = `${path}.${pid}.tmp`;
  try {
    // One that a killed process left behind may have any mode.
    rmSync(temporary, { force: true });
    writeSynced(temporary, text);
    renameSync(temporary, path);
  } catch (thrown) {
    removeQuietly(temporary);
    throw thrown;
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, "wx", PRIVATE_FILE);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The fault that is already on its way says more.
  }
}
