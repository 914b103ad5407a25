// Policies as files: `*.toml` in `policies` of the home and in `.car/policies` of projects. A project
// counts with every folder from there up to the root of its repository, so that working in a subfolder
// escapes no rule; outside of a repository, up to the root of the file system.

import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CarError, messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { PolicyFiles, PolicyFolder } from "../policy/policy_files.ts";

/** What of the limits is asked for here. */
export type PolicyFolderLimits = Pick<Limits, "policyFileBytesMax" | "policyFilesMax">;

/** The policies in the file system. */
export function policyFolders(limits: PolicyFolderLimits): PolicyFiles {
  return {
    projectFolders,
    stampOf: (folders) => JSON.stringify(folders.map(stampOfFolder)),
    read: (folder) => readFolder(folder, limits),
  };
}

// Folders on the way up; a project that lies deeper is none that can be read.
const LEVELS_MAX = 128;

function projectFolders(project: string): readonly string[] | undefined {
  const folders: string[] = [];
  let folder = realFolder(project);
  if (folder === undefined) return undefined;
  while (folders.length < LEVELS_MAX) {
    folders.unshift(join(folder, ".car", "policies"));
    const parent = dirname(folder);
    // In a work tree or a submodule `.git` is a file.
    if (parent === folder || existsSync(join(folder, ".git"))) return folders;
    folder = parent;
  }
  return undefined;
}

/** The folder behind all links: its parents are those that count. */
function realFolder(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    // Missing or out of reach, which is the same to whoever asks for its rules.
    return undefined;
  }
}

// Of each file what changes when it is written, or another one is put in its place.
function stampOfFolder(folder: string): unknown {
  try {
    return policyNames(folder).map((name) => {
      const { ino, size, mtimeMs, ctimeMs } = statSync(join(folder, name));
      return [name, ino, size, mtimeMs, ctimeMs];
    });
  } catch (thrown) {
    // The reading that follows says what is wrong; here it only has to differ from what was.
    return codeOf(thrown);
  }
}

function readFolder(folder: string, limits: PolicyFolderLimits): PolicyFolder {
  const names = namesIn(folder);
  if (names === undefined) return { path: folder, exists: false, files: [] };
  if (names.length > limits.policyFilesMax) {
    const found = `${names.length} files, at most ${limits.policyFilesMax} are allowed`;
    throw fault(`Policy folder ${folder} has ${found}`);
  }
  const files = names.map((name) => {
    const path = join(folder, name);
    return { path, text: readText(path, limits.policyFileBytesMax) };
  });
  return { path: folder, exists: true, files };
}

function namesIn(folder: string): readonly string[] | undefined {
  try {
    return policyNames(folder);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw fault(`Cannot read the policy folder ${folder}: ${messageOf(thrown)}`, thrown);
  }
}

function policyNames(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".toml")).sort();
}

function readText(path: string, bytesMax: number): string {
  try {
    // Looked at before it is opened: a pipe would keep the opener waiting.
    if (!statSync(path).isFile()) throw fault(`Policy file ${path} is not a file`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readBytes(path, bytesMax));
  } catch (thrown) {
    if (thrown instanceof CarError) throw thrown;
    if (thrown instanceof TypeError) throw fault(`Policy file ${path} is not UTF-8`, thrown);
    throw fault(`Cannot read the policy file ${path}: ${messageOf(thrown)}`, thrown);
  }
}

function readBytes(path: string, bytesMax: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > bytesMax) {
      throw fault(`Policy file ${path} has ${size} bytes, at most ${bytesMax} are allowed`);
    }
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function fault(message: string, cause?: unknown): CarError {
  return new CarError("config_invalid", message, { cause });
}

function codeOf(thrown: unknown): string {
  const { code } = thrown as { code?: unknown };
  return typeof code === "string" ? code : "unknown";
}
