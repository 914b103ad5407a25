// From what a file says to rules that judge. Denials compare leniently (the number 5 is denied where
// "5" is), what is allowed is compared strictly.

import { canonicalJson } from "../base/canonical_json.ts";
import { findEnd, prepareNeedle } from "../base/find_text.ts";
import type { CompilePattern } from "./_linear_patterns.ts";
import { toolPattern } from "./_tool_pattern.ts";
import { type PolicyFile, ruleCount } from "./policy_file.ts";
import type { ApprovalRule, DenyRule, RateRule, RuleSet } from "./rule.ts";

type Entry<Kind extends keyof PolicyFile> = PolicyFile[Kind][number];

/** What every rule of one file shares. */
interface FileParts {
  readonly source: string;
  /** Absent in a file without patterns. */
  readonly compile: CompilePattern | undefined;
}

/** The rules of a file; `compile` is needed where `hasPatterns()` of it. */
export function rulesOf(
  file: PolicyFile,
  source: string,
  compile: CompilePattern | undefined,
): RuleSet {
  const parts = { source, compile };
  return {
    denials: [
      ...file.deny_tool.map((tool) => denyTool(tool, parts)),
      ...file.deny_keyword.map((keyword, at) => denyKeyword(keyword, at, parts)),
      ...file.deny_tool_param.map((entry) => denyParam(entry, parts)),
      ...file.allow_tool_param.map((entry) => allowParam(entry, parts)),
      ...file.deny_tool_param_matching.map((entry) => denyMatching(entry, parts)),
    ],
    rates: file.rate_limit_tool.map((entry) => rateLimit(entry, parts)),
    approvals: file.require_approval.map((entry) => requireApproval(entry, parts)),
    count: ruleCount(file),
  };
}

/** Whether a file needs the pattern engine. */
export function hasPatterns(file: PolicyFile): boolean {
  return file.deny_tool_param_matching.length > 0;
}

function denyTool(tool: string, { source }: FileParts): DenyRule {
  return {
    id: `deny_tool:${tool}`,
    source,
    isAbout: toolPattern(tool),
    judge: () => "The tool is denied",
  };
}

function denyKeyword(keyword: string, position: number, { source }: FileParts): DenyRule {
  const needle = prepareNeedle(keyword);
  return {
    // By its number, from 1: the keyword itself would repeat what was found.
    id: `deny_keyword:${position + 1}`,
    source,
    isAbout: () => true,
    judge: (_params, texts) =>
      texts.all().some((text) => findEnd(text, needle) >= 0)
        ? "An argument holds a denied text"
        : undefined,
  };
}

function denyParam(entry: Entry<"deny_tool_param">, { source }: FileParts): DenyRule {
  const { tool, param, equals, contains } = entry;
  const needle = contains === undefined ? undefined : prepareNeedle(contains);
  const isAny = equals === undefined && needle === undefined;
  return {
    id: `deny_tool_param:${tool}.${param}`,
    source,
    isAbout: toolPattern(tool),
    judge(params, texts) {
      if (!Object.hasOwn(params, param)) return undefined;
      if (equals !== undefined && !isAlike(params[param], equals)) return undefined;
      if (needle && !texts.of(param).some((text) => findEnd(text, needle) >= 0)) return undefined;
      return isAny ? `Argument "${param}" is denied` : `Argument "${param}" has a denied value`;
    },
  };
}

function allowParam(entry: Entry<"allow_tool_param">, { source }: FileParts): DenyRule {
  const { tool, param } = entry;
  const allowed = new Set(entry.allow.map(canonicalJson));
  return {
    id: `allow_tool_param:${tool}.${param}`,
    source,
    isAbout: toolPattern(tool),
    judge(params) {
      if (!Object.hasOwn(params, param)) return `Argument "${param}" must be given`;
      return allowed.has(canonicalJson(params[param]))
        ? undefined
        : `Argument "${param}" has a value that is not among the allowed ones`;
    },
  };
}

function denyMatching(
  entry: Entry<"deny_tool_param_matching">,
  { source, compile }: FileParts,
): DenyRule {
  const { tool, param, matches } = entry;
  const search = compile?.(matches);
  return {
    id: `deny_tool_param_matching:${tool}.${param}`,
    source,
    isAbout: toolPattern(tool),
    judge(_params, texts) {
      if (search === undefined) {
        return "The rule's pattern is not valid: patterns have no look-around and no back-references";
      }
      const found = search(texts.of(param));
      if (found === "not_found") return undefined;
      return found === "found"
        ? `Argument "${param}" has a denied form`
        : `Argument "${param}" is too long for the rule's pattern`;
    },
  };
}

function rateLimit(entry: Entry<"rate_limit_tool">, { source }: FileParts): RateRule {
  return {
    id: `rate_limit_tool:${entry.tool}`,
    source,
    isAbout: toolPattern(entry.tool),
    callsMax: entry.max_calls,
    intervalMs: entry.interval_secs * 1_000,
  };
}

function requireApproval(entry: Entry<"require_approval">, { source }: FileParts): ApprovalRule {
  return {
    id: `require_approval:${entry.tool}`,
    source,
    isAbout: toolPattern(entry.tool),
    reason: entry.reason,
  };
}

/** Equal as JSON, or alike as text: what denies `5` denies `"5"`. */
function isAlike(given: unknown, denied: unknown): boolean {
  return isObject(given) || isObject(denied)
    ? canonicalJson(given) === canonicalJson(denied)
    : String(given) === String(denied);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
