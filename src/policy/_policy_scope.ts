// The rules that hold in one place, the home or a project, kept up to date: before a decision, but not
// more often than now and then, it is looked whether the files are as they were. What is read anew
// replaces the old rules as a whole. A fault leaves the old rules in force and is reported; where there
// are no old ones, everything is denied until the fault is mended.

import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import type { CompilePattern } from "./_linear_patterns.ts";
import { hasPatterns, rulesOf } from "./_read_rules.ts";
import { type PolicyFile, readPolicyFile } from "./policy_file.ts";
import type { PolicyFiles } from "./policy_files.ts";
import { mergeRules, NO_RULES, type RuleSet } from "./rule.ts";

/** A folder that was looked at. */
export interface PolicySource {
  readonly path: string;
  readonly exists: boolean;
  /** Rules read from it. */
  readonly rules: number;
}

/** What is wrong with a folder as it is now. */
export interface PolicyFault {
  readonly path: string;
  readonly complaint: string;
}

/** What holds in a place now. */
export interface ScopeState {
  /** Undefined when they could never be read. */
  readonly rules: RuleSet | undefined;
  /** Where they were read from. */
  readonly sources: readonly PolicySource[];
  /** Why the files as they are now are not in force. */
  readonly fault: PolicyFault | undefined;
}

/** What scopes are made with. */
export interface ScopeOptions {
  readonly files: PolicyFiles;
  readonly clock: Clock;
  /** Rules of one file. */
  readonly rulesMax: number;
  /** The pattern engine, loaded when it is first needed. */
  readonly patterns: () => Promise<CompilePattern>;
  /** Is told of each fault of a file once; not of a place that is none, which is its caller's fault. */
  readonly onFault: (fault: PolicyFault) => void;
  /** The folders that count now, or what is wrong with the place. */
  readonly findFolders: () => readonly string[] | PolicyFault;
}

/** How long files are taken to be as they were when last looked at. */
export const LOOK_EVERY_MS = 1_000;

/** The rules of one place. */
export class PolicyScope {
  readonly #options: ScopeOptions;
  #state: ScopeState = { rules: undefined, sources: [], fault: undefined };
  #stamp: string | undefined;
  #lookedMs = -Infinity;
  #reading: Promise<ScopeState> | undefined;

  constructor(options: ScopeOptions) {
    this.#options = options;
  }

  /** What holds now. */
  current(): Eventually<ScopeState> {
    if (this.#reading !== undefined) return this.#reading;
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS) return this.#state;
    this.#lookedMs = nowMs;
    const { files, findFolders } = this.#options;
    const folders = findFolders();
    if ("complaint" in folders) return this.#replace(JSON.stringify(folders), () => folders);
    const stamp = JSON.stringify([folders, files.stampOf(folders)]);
    return this.#replace(stamp, () => {
      const result = this.#read(folders);
      if ("complaint" in result) this.#options.onFault(result);
      return result;
    });
  }

  #replace(
    stamp: string,
    read: () => Eventually<ScopeState> | PolicyFault,
  ): Eventually<ScopeState> {
    if (stamp === this.#stamp) return this.#state;
    // The stamp is kept with what was read under it: a reading that breaks off is tried again.
    const keep = (state: ScopeState): ScopeState => {
      this.#stamp = stamp;
      return this.#state = state;
    };
    const result = read();
    if (result instanceof Promise) {
      this.#reading = result.then(keep).finally(() => void (this.#reading = undefined));
      return this.#reading;
    }
    return keep("complaint" in result ? { ...this.#state, fault: result } : result);
  }

  #read(folders: readonly string[]): Eventually<ScopeState> | PolicyFault {
    const read: ReadFolder[] = [];
    for (const path of folders) {
      const folder = readFolder(path, this.#options);
      if ("complaint" in folder) return folder;
      read.push(folder);
    }
    const needsPatterns = read.some(({ files }) => files.some(({ file }) => hasPatterns(file)));
    const compile = needsPatterns ? this.#options.patterns() : undefined;
    return whenReady(compile, (ready) => stateOf(read, ready));
  }
}

/** A folder whose files all could be read. */
interface ReadFolder {
  readonly path: string;
  readonly exists: boolean;
  readonly files: readonly { readonly path: string; readonly file: PolicyFile }[];
}

function readFolder(path: string, { files, rulesMax }: ScopeOptions): ReadFolder | PolicyFault {
  try {
    const folder = files.read(path);
    return {
      path,
      exists: folder.exists,
      files: folder.files.map((each) => ({
        path: each.path,
        file: readPolicyFile(each.text, { path: each.path, rulesMax }),
      })),
    };
  } catch (thrown) {
    if (!(thrown instanceof CarError) || thrown.code !== "config_invalid") throw thrown;
    return { path, complaint: thrown.message };
  }
}

function stateOf(
  folders: readonly ReadFolder[],
  compile: CompilePattern | undefined,
): ScopeState {
  const sets = folders.map(({ files }) =>
    mergeRules(files.map(({ path, file }) => rulesOf(file, path, compile)))
  );
  const rules = mergeRules(sets);
  return {
    rules: rules.count === 0 ? NO_RULES : rules,
    sources: folders.map(({ path, exists }, at) => ({
      path,
      exists,
      rules: sets[at]?.count ?? 0,
    })),
    fault: undefined,
  };
}
