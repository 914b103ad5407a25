// The files of mounted servers: `upstreams/NAME.toml`, written by a person or the command line, and the
// secrets they name.

import { readdirSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { CarError } from "../base/errors.ts";
import type { FoundUpstream, UpstreamFiles } from "../upstream/upstream_files.ts";
import { codeOf, readSmallFile } from "./small_file.ts";

// Commands in it are run as the user of this process.
const OPTIONS = { bytesMax: 256 * 1024, mustBeTrusted: true };
const SECRET_BYTES_MAX = 64 * 1024;
const ENDING = ".toml";

/** The files of a folder, which need not exist. */
export function upstreamFolder(folder: string): UpstreamFiles {
  return {
    read() {
      try {
        return fileNames(folder).map((fileName) => readOne(folder, fileName));
      } catch (thrown) {
        if (codeOf(thrown) === "ENOENT") return [];
        const message = `Cannot read the folder ${folder}: ${codeOf(thrown)}`;
        throw new CarError("config_invalid", message, { cause: thrown });
      }
    },
    stamp: () => stampOf(folder, fileNames),
  };
}

/** Of each file what changes when it is written, or another one is put in its place. */
export function stampOf(folder: string, names: (folder: string) => readonly string[]): string {
  try {
    return JSON.stringify(
      names(folder).map((name) => {
        const { ino, size, mtimeMs, ctimeMs } = statSync(join(folder, name));
        return [name, ino, size, mtimeMs, ctimeMs];
      }),
    );
  } catch (thrown) {
    // The reading that follows says what is wrong; here it only has to differ from what was.
    return codeOf(thrown);
  }
}

/** The text of a secret's file; throws CarError `config_invalid`. */
export function readSecretFile(path: string): string {
  if (!isAbsolute(path)) {
    throw new CarError("config_invalid", `The path of a secret's file must be absolute`);
  }
  const read = readSmallFile(path, { bytesMax: SECRET_BYTES_MAX, mustBePrivate: true });
  if ("text" in read) return read.text.replace(/\r?\n$/, "");
  throw new CarError("config_invalid", read.complaint);
}

function readOne(folder: string, fileName: string): FoundUpstream {
  const path = join(folder, fileName);
  const name = fileName.slice(0, -ENDING.length);
  return { name, path, content: readSmallFile(path, OPTIONS) };
}

function fileNames(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(ENDING)).sort();
}
