// One file of policies: TOML with the keys of the contract and no others, because a misspelt key that
// vanished would be a rule that does not hold. A fault is reported with the file, the key and the line;
// what the file says is not repeated.

import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { CarError } from "../base/errors.ts";
import { lineOfKey, type TomlPath } from "./_toml_line.ts";

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
  const parsed = PolicyFileSchema.safeParse(parseToml(text, options.path));
  if (!parsed.success) throw keyFault(parsed.error.issues[0], text, options.path);
  const rules = ruleCount(parsed.data);
  if (rules <= options.rulesMax) return parsed.data;
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

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    // The library's message repeats the faulty lines; its position does not.
    throw fileFault(`${path} is not TOML at line ${thrown.line}, column ${thrown.column}`);
  }
}

function keyFault(issue: z.core.$ZodIssue | undefined, text: string, path: string): CarError {
  const { at, complaint } = describe(issue);
  // A key that is missing has no line of its own; its table has.
  const line = lineOfKey(text, at) ?? lineOfKey(text, at.slice(0, -1));
  const where = line === undefined ? "" : `, line ${line}`;
  return fileFault(`${path}${where}: key "${keyName(at)}": ${complaint}`);
}

function describe(issue: z.core.$ZodIssue | undefined): { at: TomlPath; complaint: string } {
  // Paths into parsed TOML have no symbols.
  const at = (issue?.path ?? []) as (string | number)[];
  if (issue?.code === "unrecognized_keys") {
    return { at: [...at, issue.keys[0] ?? ""], complaint: "there is no such key" };
  }
  if (issue?.code === "invalid_union") return { at, complaint: "is no value that JSON can hold" };
  const message = issue?.message ?? "is not valid";
  return { at, complaint: message.replace(/^Invalid input: /, "") };
}

/** `deny_tool_param[2].param`: the third table of that name, and its key. */
function keyName(path: TomlPath): string {
  return path.map((step, at) => {
    if (typeof step === "number") return `[${step}]`;
    const name = step.length <= KEY_CHARS_SHOWN ? step : `${step.slice(0, KEY_CHARS_SHOWN)}…`;
    return at === 0 ? name : `.${name}`;
  }).join("");
}

const KEY_CHARS_SHOWN = 64;
