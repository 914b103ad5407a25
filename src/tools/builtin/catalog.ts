// The built-in tools in the order in which they are listed: the core six of CAR first, then the rest.

import { CarError } from "../../base/errors.ts";
import type { Limits } from "../../base/limits.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import type { Policies } from "../../policy/policies.ts";
import type { Skills } from "../../skills/skills.ts";
import type { Approver } from "../approver.ts";
import type { Tool } from "../definition.ts";
import { LENT_PREFIX, MOUNTED_PREFIX } from "../foreign_names.ts";
import type { PersonalToolSource, ToolSource, ToolViewer } from "../source.ts";
import { equivalentTool } from "./equivalent.ts";
import { memoryAddFact } from "./memory_add_fact.ts";
import { memoryBuildContext } from "./memory_build_context.ts";
import { memoryDelete } from "./memory_delete.ts";
import { memoryEvaluate } from "./memory_evaluate.ts";
import { memoryHistory } from "./memory_history.ts";
import { memoryIntervene } from "./memory_intervene.ts";
import { memoryQuery } from "./memory_query.ts";
import { optimizeTool } from "./optimize.ts";
import { policyCheck } from "./policy_check.ts";
import { simulateTool } from "./simulate.ts";
import { memorySaveKnowledge } from "./memory_save_knowledge.ts";
import { memorySaveProcedural } from "./memory_save_procedural.ts";
import { memoryUpdateStatus } from "./memory_update_status.ts";
import { skillFind } from "./skill_find.ts";
import { skillIngest } from "./skill_ingest.ts";
import { skillList } from "./skill_list.ts";
import { skillReport } from "./skill_report.ts";
import { verifyTool } from "./verify.ts";

/** What the built-in tools work with. */
export interface BuiltinToolParts {
  readonly memory: MemoryEngine;
  readonly skills: Skills;
  readonly policies: Policies;
  readonly approver: Approver;
  readonly limits: Limits;
  readonly findTool: (name: string, viewer: ToolViewer) => Tool | undefined;
}

/** The six tools of CAR 0.8. */
const CORE_TOOL_NAMES: readonly string[] = [
  "memory_add_fact",
  "memory_query",
  "skill_ingest",
  "skill_list",
  "skill_find",
  "verify",
];

/** All built-in tools, in order. */
export function builtinTools(parts: BuiltinToolParts): readonly Tool[] {
  return [
    memoryAddFact(parts),
    memoryQuery(parts),
    skillIngest(parts),
    skillList(parts),
    skillFind(parts),
    verifyTool(parts),
    memorySaveKnowledge(parts),
    memorySaveProcedural(parts),
    memoryUpdateStatus(parts),
    memoryDelete(parts),
    memoryIntervene(parts),
    memoryEvaluate(parts),
    memoryHistory(parts),
    memoryBuildContext(parts),
    skillReport(parts),
    simulateTool(parts),
    equivalentTool(parts),
    optimizeTool(parts),
    policyCheck(parts),
  ];
}

/**
 * The tools that the configuration offers; throws CarError `config_invalid` for a name that no tool
 * has.
 */
export function offeredTools(
  tools: readonly Tool[],
  offer: "all" | "core" | readonly string[],
): readonly Tool[] {
  if (offer === "all") return tools;
  const names = new Set(offer === "core" ? CORE_TOOL_NAMES : offer);
  // Whether they exist is known only while their owner is there.
  for (const name of names) if (isForeign(name)) names.delete(name);
  const offered = tools.filter((tool) => names.delete(tool.wire.name));
  const [unknown] = names;
  if (unknown === undefined) return offered;
  const message = `Configuration key "tools.offer": there is no tool "${unknown}"`;
  throw new CarError("config_invalid", message, { data: { key: "tools.offer" } });
}

function isForeign(name: string): boolean {
  return name.startsWith(MOUNTED_PREFIX) || name.startsWith(LENT_PREFIX);
}

/** The sources with only those of their tools that the configuration offers. */
export function offeredSources(
  sources: readonly ToolSource[],
  offer: "all" | "core" | readonly string[],
): readonly ToolSource[] {
  if (offer === "all") return sources;
  if (offer === "core") return [];
  const names = new Set(offer);
  const isOffered = (tool: Tool) => names.has(tool.wire.name);
  return sources.map((source) => ({
    list: () => source.list().filter(isOffered),
    find(name) {
      const found = source.find(name);
      return found !== undefined && isOffered(found) ? found : undefined;
    },
    onChange: (listener) => source.onChange(listener),
  }));
}

/** The tools that only some see, as far as the configuration offers them. */
export function offeredPersonalTools(
  source: PersonalToolSource | undefined,
  offer: "all" | "core" | readonly string[],
): PersonalToolSource | undefined {
  if (source === undefined || offer === "all") return source;
  if (offer === "core") return undefined;
  const names = new Set(offer);
  const isOffered = (tool: Tool) => names.has(tool.wire.name);
  // A list stays the same array as long as nothing changes.
  const lists = new WeakMap<readonly Tool[], readonly Tool[]>();
  return {
    list(viewer) {
      const all = source.list(viewer);
      const offered = lists.get(all) ?? all.filter(isOffered);
      lists.set(all, offered);
      return offered;
    },
    find(name, viewer) {
      const found = source.find(name, viewer);
      return found !== undefined && isOffered(found) ? found : undefined;
    },
    onChange: (listener) => source.onChange(listener),
  };
}
