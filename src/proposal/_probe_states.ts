// States on which two plans may part ways. Each key that the plans ask about gets a few values: for a
// condition, some that hold it and some that just do not; for a dependency, one that is there and one
// that is not. From these come a state in which as much as possible holds, states that differ from it
// in one key, states with one key alone, and mixtures. The same conditions give the same states,
// whichever plan they stand in.

import { canonicalJson } from "../base/canonical_json.ts";
import type { ParsedProposal, Precondition } from "./action_proposal.ts";
import { ForwardState } from "./forward_state.ts";
import { isJsonObject, type JsonObject } from "./json_value.ts";
import { precheck } from "./precondition.ts";

/** A value to try under a key; absent is one too. */
type Candidate = { readonly value: unknown } | undefined;

interface AskedKey {
  readonly key: string;
  /** What to try, the one under which most conditions hold first. */
  readonly candidates: readonly Candidate[];
}

// Keys and conditions looked at; beyond that the states would be too many to try anyway.
const KEYS_MAX = 256;
const CONDITIONS_PER_KEY_MAX = 8;

/** At most so many states, each once, those likeliest to tell first. */
export function probeStates(
  plans: readonly ParsedProposal[],
  statesMax: number,
): readonly JsonObject[] {
  const asked = askedKeys(plans);
  const states = new Map<string, JsonObject>();
  for (const picks of pickings(asked)) {
    if (states.size >= statesMax) break;
    const state = stateOf(asked, picks);
    const text = canonicalJson(state);
    if (!states.has(text)) states.set(text, state);
  }
  return [...states.values()];
}

/** Which candidate each key gets, state by state. */
function* pickings(asked: readonly AskedKey[]): Generator<(position: number) => Candidate> {
  const most = Math.max(0, ...asked.map(({ candidates }) => candidates.length));
  const at = (position: number, pick: number) => {
    const candidates = asked[position]?.candidates ?? [];
    return candidates[pick % candidates.length];
  };
  yield (position) => at(position, 0);
  for (let pick = 1; pick < most; pick++) {
    for (const [changed, { candidates }] of asked.entries()) {
      if (pick < candidates.length) {
        yield (position) => at(position, position === changed ? pick : 0);
      }
    }
  }
  for (let pick = 0; pick < most; pick++) {
    for (const [alone, { candidates }] of asked.entries()) {
      if (pick < candidates.length) {
        yield (position) => position === alone ? at(position, pick) : undefined;
      }
    }
  }
  // Steps of different length for each key, so that the same values do not always meet.
  for (let round = 1; round < most * MIXTURES_PER_CANDIDATE; round++) {
    yield (position) => at(position, round * (position + 1));
  }
}

const MIXTURES_PER_CANDIDATE = 8;

function stateOf(
  asked: readonly AskedKey[],
  picks: (position: number) => Candidate,
): JsonObject {
  const state = new ForwardState();
  asked.forEach(({ key }, position) => {
    const candidate = picks(position);
    if (candidate !== undefined) state.write(key, candidate.value);
  });
  return state.toJson();
}

function askedKeys(plans: readonly ParsedProposal[]): readonly AskedKey[] {
  const conditions = new Map<string, Map<string, Precondition>>();
  const conditionsOf = (key: string) => {
    const known = conditions.get(key) ?? new Map<string, Precondition>();
    conditions.set(key, known);
    return known;
  };
  for (const action of plans.flatMap((plan) => plan.actions)) {
    for (const key of action.state_dependencies) conditionsOf(key);
    for (const condition of action.preconditions) {
      const { key, operator, value = null } = condition;
      conditionsOf(key).set(canonicalJson([operator, value]), condition);
    }
  }
  return [...conditions].sort(([a], [b]) => compareText(a, b)).slice(0, KEYS_MAX)
    .map(([key, byText]) => {
      const sorted = [...byText].sort(([a], [b]) => compareText(a, b))
        .slice(0, CONDITIONS_PER_KEY_MAX).map(([, condition]) => condition);
      return { key, candidates: candidatesFor(key, sorted) };
    });
}

function candidatesFor(key: string, conditions: readonly Precondition[]): readonly Candidate[] {
  const values = new Map<string, Candidate>([["absent", undefined]]);
  for (const value of [PRESENT, ...conditions.flatMap(valuesFor)]) {
    values.set(canonicalJson(value), { value });
  }
  const holding = (candidate: Candidate) => {
    const state = new ForwardState();
    if (candidate !== undefined) state.write(key, candidate.value);
    return conditions.filter((condition) => precheck(condition, state) === undefined).length;
  };
  // A dependency alone has no condition and wants its key to be there.
  return [...values.values()]
    .map((candidate) => ({ candidate, held: holding(candidate) }))
    .sort((a, b) => b.held - a.held || Number(!a.candidate) - Number(!b.candidate))
    .map(({ candidate }) => candidate);
}

const PRESENT = true;

/** Values on both sides of a condition. */
function valuesFor({ operator, value = null }: Precondition): readonly unknown[] {
  switch (operator) {
    case "gt":
    case "lt":
    case "gte":
    case "lte":
      return typeof value === "number" ? [value - 1, value, value + 1] : [];
    case "contains":
      return typeof value === "string" ? [value, `${value} and more`, [value], ""] : [[value], []];
    case "eq":
    case "neq":
      return [value, otherThan(value)];
    default:
      return [];
  }
}

/** A value of the same kind that is not the same. */
function otherThan(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}?`;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return [...value, null];
  return isJsonObject(value) ? [] : false;
}

// By code units, as sort() does without one; here because the entries are pairs.
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
