// The operators of preconditions. Only a value that is there can hold: under an absent key `exists`,
// `eq`, `contains` and the four of order fail, while `not_exists` and `neq` hold. Null is a value.

import type { Precondition } from "./action_proposal.ts";
import type { BoundedComparison } from "./bounded_comparison.ts";
import type { ForwardState, Reading } from "./forward_state.ts";
import { describeValue, quote } from "./json_value.ts";

/** The operators there are; any other is a failed check. */
const OPERATORS = [
  "eq",
  "neq",
  "gt",
  "lt",
  "gte",
  "lte",
  "exists",
  "not_exists",
  "contains",
] as const;

type Operator = typeof OPERATORS[number];

/** Why a precondition fails on a state, in words; undefined when it holds. */
export function precheck(precondition: Precondition, state: ForwardState): string | undefined {
  const { key, operator } = precondition;
  if (!isOperator(operator)) {
    return `unknown operator ${quote(operator)}; use one of ${OPERATORS.join(", ")}`;
  }
  const wanted = precondition.value ?? null;
  const reading = state.read(key);
  if (holds(operator, reading, wanted, state.comparison)) return undefined;
  const found = reading.found ? `is ${describeValue(reading.value)}` : "has no value";
  const asked = operator === "exists" || operator === "not_exists"
    ? operator
    : `${operator} ${describeValue(wanted)}`;
  return `${quote(key)} ${asked} does not hold: the key ${found} at this point${
    hint(operator, reading, wanted)
  }`;
}

function holds(
  operator: Operator,
  reading: Reading,
  wanted: unknown,
  comparison: BoundedComparison,
): boolean {
  if (!reading.found) return operator === "not_exists" || operator === "neq";
  const value = reading.value;
  switch (operator) {
    case "exists":
      return true;
    case "not_exists":
      return false;
    case "eq":
      return comparison.isSame(value, wanted);
    case "neq":
      return !comparison.isSame(value, wanted);
    case "contains":
      return comparison.contains(value, wanted);
    default:
      return isOrdered(operator, value, wanted);
  }
}

function isOrdered(operator: "gt" | "lt" | "gte" | "lte", value: unknown, wanted: unknown) {
  if (typeof value !== "number" || typeof wanted !== "number") return false;
  if (operator === "gt") return value > wanted;
  if (operator === "lt") return value < wanted;
  return operator === "gte" ? value >= wanted : value <= wanted;
}

function hint(operator: Operator, reading: Reading, wanted: unknown): string {
  const isOrder = operator === "gt" || operator === "lt" || operator === "gte" ||
    operator === "lte";
  if (!isOrder || !reading.found) return "";
  return typeof reading.value === "number" && typeof wanted === "number"
    ? ""
    : `; ${operator} compares numbers only`;
}

function isOperator(text: string): text is Operator {
  // Widened to strings because includes() of a tuple accepts only its own members.
  return (OPERATORS as readonly string[]).includes(text);
}
