// What a state key addresses. A key is first of all a name: the state's own key of exactly that name
// wins. Otherwise its dots lead inwards, through the shortest leading part that names an object or
// an array, and the same again for the rest. So `user.name` finds `{"user.name": 1}` as well as
// `{"user": {"name": 1}}`. The way never turns back, which keeps a look-up linear.

import { isJsonObject } from "./json_value.ts";

/** Parts of one key that dots may make; a key with more is one plain name. Equals the JSON depth. */
const KEY_PARTS_MAX = 64;

/** Where a key ends: the container, and the key or index inside it (which may be absent). */
export interface Place {
  readonly container: Record<string, unknown> | unknown[];
  readonly name: string;
}

/** The parts between the dots; the whole key as one part when there are more than the maximum. */
export function keyParts(key: string): readonly string[] {
  const parts = key.split(".", KEY_PARTS_MAX + 1);
  return parts.length > KEY_PARTS_MAX ? [key] : parts;
}

/** The place a key addresses; reading and writing one key always meet at the same place. */
export function findPlace(root: Record<string, unknown>, key: string): Place {
  let container: Place["container"] = root;
  let name = key;
  if (keyParts(key).length === 1) return { container, name };
  while (!hasName(container, name)) {
    const step = firstStep(container, name);
    if (step === undefined) break;
    container = step.inner;
    name = name.slice(step.chars + 1);
  }
  return { container, name };
}

/** True when the container holds something under that name. */
export function hasName(container: Place["container"], name: string): boolean {
  if (!Array.isArray(container)) return Object.hasOwn(container, name);
  return isIndex(name) && Number(name) < container.length;
}

/** True for the canonical text of an array index: `0`, `12`, not `012`, `-1` or `length`. */
export function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(name);
}

interface Step {
  readonly inner: Place["container"];
  readonly chars: number;
}

function firstStep(container: Place["container"], name: string): Step | undefined {
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const part = name.slice(0, dot);
    if (!hasName(container, part)) continue;
    const inner = Array.isArray(container) ? container[Number(part)] : container[part];
    if (Array.isArray(inner)) return { inner, chars: dot };
    // An object inside the forward state's own copy is a plain record, and nobody else's.
    if (isJsonObject(inner)) return { inner: inner as Record<string, unknown>, chars: dot };
  }
  return undefined;
}
