// One file of policies: TOML with the keys of the contract and no others, because a misspelt key that
// vanished would be a rule that does not hold. A fault is reported with the file, the key and the line;
// what the file says is not repeated.

import { z } from "zod";
import { CarError } from "../base/errors.ts";
import { readTomlFile } from "../base/toml_file.ts";

const TEXT_CHARS_MAX = 1_024;
const RATE_CALLS_MAX = 100_000;
const RATE_SECONDS_MAX = 366 * 24 * 60 * 60;

const NAME = z.string().min(1).max(256);
const TEXT = z.string().min(1).max(TEXT_CHARS_MAX);
// What JSON can hold; a TOML date can equal no argument.
const VALUE = z.json();

const PolicyFileSchema = z.strictObject({
  deny_tool: z.array(NAME).default([]),
  deny_keyword: z.array(TEXT).default([]),
  deny_tool_param: z.array(z.strictObject({
    tool: NAME,
    param: NAME,
    equals: VALUE.optional(),
    contains: TEXT.optional(),
  })).default([]),
  allow_tool_param: z.array(z.strictObject({ tool: NAME, param: NAME, allow: z.array(VALUE) }))
    .default([]),
  deny_tool_param_matching: z.array(z.strictObject({ tool: NAME, param: NAME, matches: TEXT }))
    .default([]),
  rate_limit_tool: z.array(z.strictObject({
    tool: NAME,
    max_calls: z.int().min(0).max(RATE_CALLS_MAX),
    interval_secs: z.number().positive().max(RATE_SECONDS_MAX),
  })).default([]),
  require_approval: z.array(z.strictObject({ tool: NAME, reason: TEXT.optional() })).default([]),
});

/** What a file of policies says, by kind of rule. */
export type PolicyFile = z.output<typeof PolicyFileSchema>;

/** Options of readPolicyFile. */
export interface ReadPolicyFileOptions {
  /** Where the text comes from, for complaints. */
  readonly path: string;
  /** Rules that the file may hold. */
  readonly rulesMax: number;
}

/** Reads the text of a file; throws CarError `config_invalid` that names file, key and line. */
export function readPolicyFile(text: string, options: ReadPolicyFileOptions): PolicyFile {
  const what = `Policy file ${options.path}`;
  const file = readTomlFile(text, { schema: PolicyFileSchema, what });
  const rules = ruleCount(file);
  if (rules <= options.rulesMax) return file;
  throw fileFault(`${options.path} has ${rules} rules, at most ${options.rulesMax} are allowed`);
}

/** How many rules a file holds. */
export function ruleCount(file: PolicyFile): number {
  return Object.values(file).reduce((sum, rules) => sum + rules.length, 0);
}

/** A fault of a file or folder of policies. */
export function fileFault(complaint: string, cause?: unknown): CarError {
  return new CarError("config_invalid", `Policy file ${complaint}`, { cause });
}
