// All policies of a server: those of its home, and those of the projects that callers work in. The home
// is read at the start, and a fault there ends it; a project is read when somebody works in it, and
// while it cannot be read, nothing may be done in it.

import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import { type CompilePattern, loadPatterns } from "./_linear_patterns.ts";
import {
  type PolicyFault,
  PolicyScope,
  type PolicySource,
  type ScopeState,
} from "./_policy_scope.ts";
import { decide, type Decision, NO_RULES_DECISION } from "./decide.ts";
import { isGuarded } from "./egress_guard.ts";
import type { PolicyFiles } from "./policy_files.ts";
import { RateWindows } from "./rate_windows.ts";
import { type Finding, namesOf, NO_RULES, type PolicyCall, type RateRule } from "./rule.ts";

/** What policies are opened with. */
export interface PoliciesOptions {
  readonly files: PolicyFiles;
  /** The folder of the home's policies; it need not exist. */
  readonly homeFolder: string;
  readonly clock: Clock;
  /** Rules of one file. */
  readonly rulesMax: number;
  /** Projects kept at hand; the one used longest ago is read anew when it is back. */
  readonly projectsMax: number;
  /** Is told of each fault that is met while the server runs, once. */
  readonly onFault: (fault: PolicyFault) => void;
}

/** A folder that counts, and why its files as they are now are not in force, if they are not. */
export interface ReportedSource extends PolicySource {
  readonly fault?: string | undefined;
}

/** A decision with where its rules come from. */
export interface Explanation {
  readonly decision: Decision;
  readonly sources: readonly ReportedSource[];
}

/** Decides about calls. */
export interface Policies {
  /** What the rules say about a call now; nothing is counted. */
  decide(call: PolicyCall): Eventually<Decision>;
  /** The same, with where the rules come from. */
  explain(call: PolicyCall): Eventually<Explanation>;
  /** Counts a call that is let through; gives the rule by which it is one too many, if there is one. */
  count(rates: readonly RateRule[], principal: string): RateRule | undefined;
}

/** Reads the policies of the home; throws CarError `config_invalid` that names file, key and line. */
export async function openPolicies(options: PoliciesOptions): Promise<Policies> {
  const { files, clock, homeFolder, onFault } = options;
  let patterns: Promise<CompilePattern> | undefined;
  const parts = { ...options, patterns: () => patterns ??= loadPatterns() };
  let isOpen = false;
  const home = new PolicyScope({
    ...parts,
    findFolders: () => [homeFolder],
    // A fault at the start is thrown below.
    onFault: (fault) => isOpen ? onFault(fault) : undefined,
  });
  const { fault } = await home.current();
  if (fault !== undefined) throw new CarError("config_invalid", fault.complaint);
  isOpen = true;
  const projects = new ProjectScopes(options.projectsMax, (project) => {
    const findFolders = () =>
      // A project above the home's policies has them already.
      files.projectFolders(project)?.filter((folder) => folder !== homeFolder) ??
        { path: project, complaint: "The project is not a folder that can be read" };
    return new PolicyScope({ ...parts, findFolders });
  });
  const windows = new RateWindows();
  const decideBy = (call: PolicyCall, scopes: readonly ScopeState[]): Decision =>
    decide(call, {
      sets: scopes.flatMap((scope) => scope.rules ?? []),
      failures: scopes.flatMap(failuresOf),
      windows,
      nowMs: clock.monotonicMs(),
    });
  const withScopes = <Result>(
    call: PolicyCall,
    next: (scopes: readonly ScopeState[]) => Result,
  ): Eventually<Result> =>
    whenReady(
      home.current(),
      (ofHome): Eventually<Result> =>
        call.project === undefined ? next([ofHome]) : whenReady(
          projects.of(call.project).current(),
          (ofProject) => next([ofHome, ofProject]),
        ),
    );
  return {
    decide(call) {
      // The way of most calls in most homes, which must cost them nothing.
      const ofHome = call.project === undefined ? home.current() : undefined;
      if (ofHome !== undefined && "rules" in ofHome && ofHome.rules === NO_RULES) {
        if (!isGuarded(namesOf(call))) return NO_RULES_DECISION;
      }
      return withScopes(call, (scopes) => decideBy(call, scopes));
    },
    explain: (call) =>
      withScopes(call, (scopes) => ({
        decision: decideBy(call, scopes),
        sources: scopes.flatMap(reportedSources),
      })),
    count(rates, principal) {
      const nowMs = clock.monotonicMs();
      const full = rates.find((rule) => windows.isFull(rule, principal, nowMs));
      if (full === undefined) { for (const rule of rates) windows.take(rule, principal, nowMs); }
      return full;
    },
  };
}

/** The scopes of projects, the one used longest ago first. */
class ProjectScopes {
  readonly #scopes = new Map<string, PolicyScope>();
  readonly #scopesMax: number;
  readonly #open: (project: string) => PolicyScope;

  constructor(scopesMax: number, open: (project: string) => PolicyScope) {
    this.#scopesMax = scopesMax;
    this.#open = open;
  }

  of(project: string): PolicyScope {
    const scope = this.#scopes.get(project) ?? this.#open(project);
    this.#scopes.delete(project);
    this.#scopes.set(project, scope);
    if (this.#scopes.size > this.#scopesMax) {
      const [oldest] = this.#scopes.keys();
      if (oldest !== undefined) this.#scopes.delete(oldest);
    }
    return scope;
  }
}

/** A place whose rules were never read denies; one that has old rules goes on with them. */
function failuresOf({ rules, fault }: ScopeState): readonly Finding[] {
  if (rules !== undefined) return [];
  return [{
    source: fault?.path ?? "built-in",
    rule: "policy_load_failed",
    severity: "deny",
    reason: fault?.complaint ?? "The policies could not be read",
  }];
}

function reportedSources({ sources, fault }: ScopeState): readonly ReportedSource[] {
  if (fault === undefined) return sources;
  const faulty = sources.find((source) => source.path === fault.path) ??
    { path: fault.path, exists: true, rules: 0 };
  return [
    ...sources.filter((source) => source !== faulty),
    { ...faulty, fault: fault.complaint },
  ];
}
