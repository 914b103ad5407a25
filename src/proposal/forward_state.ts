// The state of a plan as it moves forward: the initial state, and on it the effects of one action
// after another in the order of the array. It works on its own copies, so neither the caller's state
// nor the plan is ever changed.

import { type Action, writtenKey } from "./action_proposal.ts";
import { BoundedComparison } from "./bounded_comparison.ts";
import { copyJson, type JsonObject, ownValue, setOwn } from "./json_value.ts";
import { findPlace, hasName, isIndex } from "./key_path.ts";

/** What is known under a key: found with its value (null is a value), or not found. */
export type Reading = { readonly found: true; readonly value: unknown } | { readonly found: false };

/** The state that a plan has built up so far. */
export class ForwardState {
  /** Compares what is read from here, on one budget for the whole plan. */
  readonly comparison: BoundedComparison;
  readonly #root: Record<string, unknown>;

  constructor(initial: JsonObject = {}, comparison = new BoundedComparison()) {
    this.comparison = comparison;
    // A copy of a JSON object is a fresh record of its own keys.
    this.#root = copyJson(initial) as Record<string, unknown>;
  }

  /** Reads a key; dotted keys as `findPlace()` says. The value must not be changed. */
  read(key: string): Reading {
    const { container, name } = findPlace(this.#root, key);
    if (!hasName(container, name)) return { found: false };
    const value = Array.isArray(container) ? container[Number(name)] : container[name];
    return { found: true, value };
  }

  /** Writes a copy of the value where `read()` of the same key will find it. */
  write(key: string, value: unknown): void {
    const { container, name } = findPlace(this.#root, key);
    if (!Array.isArray(container)) {
      setOwn(container, name, copyJson(value));
    } else if (isIndex(name) && Number(name) <= container.length) {
      container[Number(name)] = copyJson(value);
    } else {
      // No such place in the array (a gap, or a name): the key is kept whole instead.
      setOwn(this.#root, key, copyJson(value));
    }
  }

  /** Applies what an action says it does: the write of a `state_write`, then `expected_effects`. */
  apply(action: Action): void {
    const key = writtenKey(action);
    if (key !== undefined) this.write(key, ownValue(action.parameters, "value"));
    for (const [effect, value] of Object.entries(action.expected_effects)) {
      this.write(effect, value);
    }
  }

  /** A copy of the whole state. */
  toJson(): JsonObject {
    // A copy of a record is a record.
    return copyJson(this.#root) as JsonObject;
  }
}
