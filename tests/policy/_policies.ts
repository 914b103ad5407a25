// Policies out of texts instead of files, on a clock that stands still.

import { openPolicies, type Policies, type PoliciesOptions } from "../../src/policy/policies.ts";
import type { PolicyFiles } from "../../src/policy/policy_files.ts";
import type { PolicyCall } from "../../src/policy/rule.ts";
import type { Decision } from "../../src/policy/decide.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** Folders by path, each with its files by name; a test changes them as it goes. */
export type FakeFolders = Map<string, Map<string, string>>;

/** Policies for a test, and what they are made of. */
export interface TestPolicies {
  readonly policies: Policies;
  readonly files: PolicyFiles;
  readonly folders: FakeFolders;
  readonly clock: FakeClock;
  readonly faults: string[];
  /** How often a folder was read. */
  readonly reads: () => number;
  /** Decides about a call and counts it if it may be made. */
  call(
    tool: string,
    params?: Record<string, unknown>,
    more?: Partial<PolicyCall>,
  ): Promise<Decision>;
}

/** The folder of the home's policies. */
export const HOME = "/home/policies";

/** Opens policies whose home has one file, `a.toml`, with that text. */
export function homePolicies(toml: string): Promise<TestPolicies> {
  return testPolicies(new Map([[HOME, new Map([["a.toml", toml]])]]));
}

/** Opens policies over these folders; a project `/p/q` has the folders `/p` and `/p/q`. */
export async function testPolicies(
  folders: FakeFolders,
  more: Partial<PoliciesOptions> = {},
): Promise<TestPolicies> {
  const clock = new FakeClock();
  const faults: string[] = [];
  let reads = 0;
  const files: PolicyFiles = {
    projectFolders(project) {
      const parts = project.split("/").slice(1);
      if (parts[0] === "gone") return undefined;
      return parts.map((_, at) => `/${parts.slice(0, at + 1).join("/")}`);
    },
    stampOf: (paths) => JSON.stringify(paths.map((path) => [...folders.get(path) ?? ["none"]])),
    read(path) {
      reads++;
      const found = folders.get(path);
      const texts = [...found ?? []].sort(([a], [b]) => a < b ? -1 : 1);
      return {
        path,
        exists: found !== undefined,
        files: texts.map(([name, text]) => ({ path: `${path}/${name}`, text })),
      };
    },
  };
  const policies = await openPolicies({
    files,
    homeFolder: HOME,
    clock,
    rulesMax: 1_000,
    projectsMax: 10,
    onFault: ({ complaint }) => faults.push(complaint),
    ...more,
  });
  return {
    policies,
    files,
    folders,
    clock,
    faults,
    reads: () => reads,
    async call(tool, params = {}, more = {}) {
      const call = { tool, params, principal: "local", ...more };
      const decision = await policies.decide(call);
      if (decision.decision === "allow") policies.count(decision.rates, call.principal);
      return decision;
    },
  };
}

/** The ids of the rules that deny. */
export function denials({ findings }: Decision): readonly string[] {
  return findings.filter(({ severity }) => severity === "deny").map(({ rule }) => rule);
}
