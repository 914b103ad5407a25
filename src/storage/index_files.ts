// SnapshotFiles in a folder of the home, for its owner alone. A file is named after a digest of its
// namespace, because a namespace may have any name; it appears whole, by a rename.

import { createHash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pid } from "node:process";
import { CarError, messageOf } from "../base/errors.ts";
import type { SnapshotFiles, SnapshotSource, SnapshotTarget } from "../memory/snapshot_files.ts";

/** Options of `createIndexFiles`. */
export interface IndexFilesOptions {
  /** Is made when the first file is. */
  readonly folder: string;
  /** Is told which file was not used, and why. */
  readonly onIgnored?: (path: string, why: string) => void;
}

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const ENDING = ".index";
const UNFINISHED = ".part";
// Of SHA-256: enough that no two namespaces ever share a file, and a snapshot names its own inside.
const NAME_CHARS = 32;

/** The files of one home; several processes may use them, and the last one to write a file is read. */
export function createIndexFiles(
  { folder, onIgnored = () => {} }: IndexFilesOptions,
): SnapshotFiles {
  const nameOf = (namespace: string) =>
    createHash("sha256").update(namespace).digest("hex").slice(0, NAME_CHARS);
  const pathOf = (namespace: string) => join(folder, nameOf(namespace) + ENDING);
  return {
    open: (namespace) => openSource(pathOf(namespace)),
    create(namespace) {
      const path = pathOf(namespace);
      return explained(path, () => {
        mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
        return createTarget(path, `${path}.${pid}${UNFINISHED}`);
      });
    },
    remove(namespace) {
      const start = namespace === undefined ? "" : nameOf(namespace);
      removeEnding(folder, [ENDING, UNFINISHED], start);
    },
    removeUnfinished: () => removeEnding(folder, [UNFINISHED]),
    ignored: (namespace, why) => onIgnored(pathOf(namespace), why),
  };
}

function removeEnding(folder: string, endings: readonly string[], start = ""): void {
  const isMeant = (name: string) =>
    name.startsWith(start) && endings.some((ending) => name.endsWith(ending));
  for (const name of namesIn(folder).filter(isMeant)) {
    const path = join(folder, name);
    explained(path, () => rmSync(path, { force: true }));
  }
}

function openSource(path: string): SnapshotSource | undefined {
  return explained(path, () => {
    const file = openIfThere(path);
    if (file === undefined) return undefined;
    return {
      bytes: fstatSync(file).size,
      read: (into, at) => readSync(file, into, 0, into.length, at) === into.length,
      close: () => closeSync(file),
    };
  });
}

function createTarget(path: string, unfinished: string): SnapshotTarget {
  let file: number | undefined = openSync(unfinished, "w", PRIVATE_FILE);
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  let isCommitted = false;
  return {
    write(bytes, at) {
      const target = file;
      if (target === undefined) throw new CarError("closed", "Cannot write: the file is closed");
      explained(path, () => {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(target, bytes, done, bytes.length - done, at + done);
        }
      });
    },
    async commit() {
      close();
      try {
        // In a thread: the sync of a large file takes its time.
        await using handle = await open(unfinished, "r+");
        await handle.sync();
        renameSync(unfinished, path);
      } catch (thrown) {
        if (isMissing(thrown)) return false;
        throw unusable(path, thrown);
      }
      isCommitted = true;
      return true;
    },
    abandon() {
      close();
      if (!isCommitted) rmSync(unfinished, { force: true });
    },
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw unusable(folder, thrown);
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
}

function explained<Result>(path: string, use: () => Result): Result {
  try {
    return use();
  } catch (thrown) {
    throw unusable(path, thrown);
  }
}

function unusable(path: string, cause: unknown): CarError {
  const message = `Cannot use the index file ${path}: ${messageOf(cause)}`;
  return new CarError("storage_failed", message, { cause });
}
