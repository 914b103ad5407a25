// What is said of arguments that do not fit. A caller chooses how many things are wrong and how long
// their names are, and a model has to read the answer: so few of them are listed, each of them short.

import type { z } from "zod";

const COMPLAINT_CHARS_MAX = 2_048;
const ISSUES_SHOWN = 8;
const ISSUE_CHARS_MAX = 200;
const PATH_CHARS_MAX = 80;
const KEYS_SHOWN = 8;
const KEY_CHARS_MAX = 40;
const KEYS_CHARS_MAX = 400; // Of all unknown arguments together: names may need escapes.
const VALUE_CHARS_MAX = 64;

// Arguments of one call; a call with more is refused before they are looked at.
const ARGUMENTS_MAX = 64;

// Elements of one array argument; a longer one is refused before they are looked at.
const ELEMENTS_MAX = 10_000;

/** What is wrong, the first few things of it. */
export function complaintOf(issues: readonly z.core.$ZodIssue[]): string {
  const shown = issues.slice(0, ISSUES_SHOWN)
    .map((issue) => {
      const charsMax = issue.code === "unrecognized_keys" ? KEYS_CHARS_MAX : ISSUE_CHARS_MAX;
      return cut(complaintOfIssue(issue), charsMax);
    });
  const complaint = [...shown, ...andMore(issues.length - shown.length)].join("; ");
  return cut(complaint, COMPLAINT_CHARS_MAX);
}

/** A complaint about arguments that are too many to be checked one by one. */
export function complaintOfSize(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null) return undefined;
  const names = Object.keys(args);
  if (names.length > ARGUMENTS_MAX) {
    return `There are ${names.length} arguments, at most ${ARGUMENTS_MAX} are allowed`;
  }
  for (const name of names) {
    // The name is one of its own.
    const value: unknown = (args as Record<string, unknown>)[name];
    if (Array.isArray(value) && value.length > ELEMENTS_MAX) {
      return `Argument ${quoted(name)}: ${describe(value)}, at most ${ELEMENTS_MAX} are allowed`;
    }
  }
  return undefined;
}

/** What does not fit a JSON Schema: the innermost place of the first fault, and what is said there. */
export function complaintOfFault(faults: readonly SchemaFault[]): string {
  const deepest = faults.reduce<SchemaFault | undefined>(
    (found, fault) => found === undefined || isMoreExact(fault, found) ? fault : found,
    undefined,
  );
  if (deepest === undefined) return "The arguments do not fit the schema";
  const error = deepest.error.replace(/\.$/, "");
  const field = cut(fieldOf(deepest), PATH_CHARS_MAX);
  return cut(field === "" ? error : `Argument "${field}": ${error}`, ISSUE_CHARS_MAX);
}

/** A fault as the validator of JSON Schemas reports it. */
export interface SchemaFault {
  /** A JSON pointer as a fragment. */
  readonly instanceLocation: string;
  readonly keyword: string;
  readonly error: string;
}

// A fault comes before the ones that led to it. Why one of several choices did not fit says less than
// that none of them did.
function isMoreExact(fault: SchemaFault, than: SchemaFault): boolean {
  const deeper = depthOf(fault) - depthOf(than);
  return deeper > 0 || (deeper === 0 && than.keyword !== "anyOf" && than.keyword !== "oneOf");
}

function depthOf({ instanceLocation }: SchemaFault): number {
  return instanceLocation.split("/").length;
}

function fieldOf({ instanceLocation }: SchemaFault): string {
  const names = instanceLocation.split("/").slice(1).map(decodeURIComponent);
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}

function complaintOfIssue(issue: z.core.$ZodIssue): string {
  const field = cut(issue.path.map(String).join("."), PATH_CHARS_MAX);
  if (issue.code === "unrecognized_keys") {
    const names = [
      ...issue.keys.slice(0, KEYS_SHOWN).map(quoted),
      ...andMore(issue.keys.length - KEYS_SHOWN),
    ].join(", ");
    return `Unknown argument ${names}${field === "" ? "" : ` in "${field}"`}`;
  }
  const complaint = complaintWithValue(issue);
  return field === "" ? complaint : `Argument "${field}": ${complaint}`;
}

function complaintWithValue(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return `required, ${expectation(issue)}`;
  return issue.code === "invalid_type"
    ? `${expectation(issue)}, given ${describe(issue.input)}`
    : `${issue.message}, given ${describe(issue.input)}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `expected ${issue.expected}`;
  return issue.message.replace(/^Invalid \w+: /, "");
}

/** What was given, short: a value if it is small, otherwise its kind and size. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const json = value.length <= VALUE_CHARS_MAX ? JSON.stringify(value) : "";
  return json !== "" && json.length <= VALUE_CHARS_MAX
    ? json
    : `a string of ${value.length} characters`;
}

function quoted(name: string): string {
  return JSON.stringify(cut(name, KEY_CHARS_MAX));
}

function andMore(count: number): readonly string[] {
  return count > 0 ? [`and ${count} more`] : [];
}

/** The start of a text, with a mark where it was cut. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  // Not in the middle of a pair of surrogates.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(charsMax - 2)) ? charsMax - 2 : charsMax - 1;
  return `${text.slice(0, end)}…`;
}
