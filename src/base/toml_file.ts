// A TOML file that has to fit a schema. A fault is reported with the file, the key and the line; what the
// file says is not repeated, because it may be a secret.

import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import { CarError } from "./errors.ts";
import { lineOfKey, type TomlPath } from "./toml_line.ts";

/** What a file is read with. */
export interface TomlFileOptions<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** Begins every complaint: what kind of file it is, and its path. */
  readonly what: string;
}

/** Reads the text of a file; throws CarError `config_invalid` that names file, key and line. */
export function readTomlFile<Schema extends z.ZodType>(
  text: string,
  { schema, what }: TomlFileOptions<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(parseToml(text, what));
  if (parsed.success) return parsed.data;
  throw keyFault(parsed.error.issues[0], text, what);
}

function parseToml(text: string, what: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    // The library's message repeats the faulty lines; its position does not.
    const where = `line ${thrown.line}, column ${thrown.column}`;
    throw new CarError("config_invalid", `${what} is not TOML at ${where}`);
  }
}

function keyFault(issue: z.core.$ZodIssue | undefined, text: string, what: string): CarError {
  const { at, complaint } = describe(issue);
  // A key that is missing has no line of its own; its table has.
  const line = lineOfKey(text, at) ?? lineOfKey(text, at.slice(0, -1));
  const where = line === undefined ? "" : `, line ${line}`;
  return new CarError("config_invalid", `${what}${where}: key "${keyName(at)}": ${complaint}`);
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
