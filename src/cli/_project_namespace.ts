// The namespace of the project that a folder belongs to (`--namespace auto`), so that each project has
// a memory of its own, the same one in every checkout: the address of its git remote, else the name
// of its folder with a part of its path's hash. Reads files of git and runs nothing.

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** Where nothing else is known. */
const OUTSIDE = "default";
const NAME_CHARS_MAX = 128;
const HASH_CHARS = 8;
// A path has so many folders at most.
const LEVELS_MAX = 256;

/** The namespace for a folder; `default` outside of any repository. */
export function projectNamespace(folder: string): string {
  const repository = findRepository(resolve(folder));
  if (repository === undefined) return OUTSIDE;
  const remote = remoteOf(repository.gitFolder);
  const named = remote === undefined ? undefined : nameOfRemote(remote);
  return named ?? nameOfFolder(repository.root);
}

interface Repository {
  readonly root: string;
  /** Where its configuration is. */
  readonly gitFolder: string;
}

function findRepository(folder: string): Repository | undefined {
  let root = folder;
  for (let level = 0; level < LEVELS_MAX; level++) {
    const entry = join(root, ".git");
    const found = statSync(entry, { throwIfNoEntry: false });
    if (found?.isDirectory()) return { root, gitFolder: entry };
    if (found?.isFile()) return { root, gitFolder: linkedFolder(root, entry) };
    const parent = dirname(root);
    if (parent === root) return undefined;
    root = parent;
  }
  return undefined;
}

/** Where a worktree or a submodule has its configuration (gitrepository-layout, "commondir"). */
function linkedFolder(root: string, entry: string): string {
  const link = /^gitdir: (.*)$/m.exec(readText(entry))?.[1]?.trim();
  if (link === undefined) return entry;
  const folder = isAbsolute(link) ? link : resolve(root, link);
  const common = readText(join(folder, "commondir")).trim();
  return common === "" ? folder : resolve(folder, common);
}

/** The address of `origin`, else of the first remote. */
function remoteOf(gitFolder: string): string | undefined {
  const remotes = new Map<string, string>();
  let section: string | undefined;
  for (const line of readText(join(gitFolder, "config")).split("\n")) {
    const head = /^\s*\[\s*(\w+)(?:\s+"(.*)")?\s*\]/.exec(line);
    if (head !== null) section = head[1]?.toLowerCase() === "remote" ? head[2] : undefined;
    const url = /^\s*url\s*=\s*"?(.*?)"?\s*$/.exec(line)?.[1];
    if (section !== undefined && url !== undefined && !remotes.has(section)) {
      remotes.set(section, url);
    }
  }
  return remotes.get("origin") ?? [...remotes.values()][0];
}

/** `host/owner/repo` of `https://host/owner/repo.git` or `git@host:owner/repo`. */
function nameOfRemote(url: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/i.exec(url) ??
    /^(?:[^@/]+@)?([^/:@]{2,}):(?!\\)(.+)$/.exec(url);
  if (match === null) return undefined;
  const [, host = "", path = ""] = match;
  const parts = path.replace(/\/+$/, "").replace(/\.git$/i, "").split("/").filter(Boolean);
  const name = [host.toLowerCase(), ...parts].map(asName).join("/");
  return parts.length > 0 && name.length <= NAME_CHARS_MAX ? name : undefined;
}

function nameOfFolder(root: string): string {
  const hash = createHash("sha256").update(root).digest("hex").slice(0, HASH_CHARS);
  const name = asName(basename(root)).slice(0, NAME_CHARS_MAX - HASH_CHARS - 1);
  return `${name}-${hash}`;
}

/** What a namespace may not contain becomes a dash. */
function asName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, "-");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // No such file, or none that may be read: then it says nothing.
    return "";
  }
}
