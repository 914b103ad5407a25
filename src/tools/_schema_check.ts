// Checks arguments against a JSON Schema that somebody else wrote. Both may be hostile, so nothing is
// fetched, the work is counted, and what cannot be bounded is left to the tool: the check can let pass
// too much, never too little.

import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { checkJsonBounds } from "../base/json_bounds.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import { complaintOfFault, complaintOfSize } from "./_complaint.ts";
import { copySchema, type SchemaCopy } from "./_schema_copy.ts";

/** The complaint about arguments, undefined if they fit. */
export type SchemaCheck = (args: unknown) => string | undefined;

// A larger schema is not checked against: most of it would be descriptions.
const SCHEMA_BOUNDS = { depthMax: 64, valuesMax: 20_000 };

// Work for one check: visits of schemas, each with the values it compares with.
const WORK_MAX = 50_000;

// Members of one object in the arguments; every schema that looks at the object walks all of them.
const MEMBERS_MAX = 1_000;

/**
 * Makes the check of a schema. `pattern`, `patternProperties`, `uniqueItems` and `format` are left to
 * the tool, and so is a schema that refers to another document, that is too large or that is none.
 */
export function createSchemaCheck(schema: JsonObject): SchemaCheck {
  if (checkJsonBounds(schema, SCHEMA_BOUNDS) !== undefined) return complaintOfSize;
  const copy = copySchema(schema);
  const work = { left: 0 };
  countVisits(copy, work);
  const validator = validatorOf(copy.schema, dialectOf(schema));
  if (validator === undefined) return complaintOfSize;
  return (args) => {
    const tooLarge = complaintOfSize(args) ?? complaintOfMembers(args);
    if (tooLarge !== undefined) return tooLarge;
    work.left = WORK_MAX;
    return complaintBy(validator, args);
  };
}

class WorkSpentError extends Error {}

// The validator reads this keyword of another dialect each time it visits a schema, and knows no other
// way to be told when to stop.
function countVisits({ nodes }: SchemaCopy, work: { left: number }): void {
  for (const { node, cost } of nodes) {
    Object.defineProperty(node, "$recursiveAnchor", {
      enumerable: false,
      get() {
        work.left -= cost;
        if (work.left < 0) throw new WorkSpentError();
        return undefined;
      },
    });
  }
}

function validatorOf(schema: JsonObject, dialect: SchemaDraft): Validator | undefined {
  try {
    return new Validator(schema as Schema, dialect);
  } catch {
    // An id that is no URI, or the same id twice.
    return undefined;
  }
}

function complaintBy(validator: Validator, args: unknown): string | undefined {
  try {
    const { valid, errors } = validator.validate(args);
    return valid ? undefined : complaintOfFault(errors);
  } catch (thrown) {
    if (thrown instanceof URIError) return "The name of a member is no valid Unicode";
    // References that lead round in a circle end in a full stack.
    const isEndless = thrown instanceof WorkSpentError || thrown instanceof RangeError;
    // Anything else is a schema that is none, or that refers to nothing.
    return isEndless ? "The arguments are too complex to be checked" : undefined;
  }
}

function complaintOfMembers(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null) return undefined;
  const inside = Object.values(args);
  if (isJsonObject(args) && inside.length > MEMBERS_MAX) {
    return `An object has ${inside.length} members, at most ${MEMBERS_MAX} are allowed`;
  }
  for (const each of inside) {
    const complaint = complaintOfMembers(each);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function dialectOf({ $schema }: JsonObject): SchemaDraft {
  const found = DIALECTS.find(([name]) => typeof $schema === "string" && $schema.includes(name));
  return found?.[1] ?? "2020-12";
}

// Schemas without a dialect are 2020-12 (2025-11-25, "JSON Schema Usage").
const DIALECTS: readonly (readonly [string, SchemaDraft])[] = [
  ["draft-04", "4"],
  ["draft-06", "7"],
  ["draft-07", "7"],
  ["2019-09", "2019-09"],
];
