// Which keys a plan writes anywhere, earlier or later, and so which of its dependencies come from
// outside. A write of `user` also writes `user.name`, and the other way round.

import type { Action } from "./action_proposal.ts";
import { writtenKeys } from "./dependency_graph.ts";
import { keyParts } from "./key_path.ts";

/** The keys that a plan writes. */
export interface WrittenKeys {
  /** Whether an action writes the key itself, something it lies in, or something inside it. */
  meets(key: string): boolean;
}

interface Node {
  isWritten: boolean;
  readonly children: Map<string, Node>;
}

/** Collects what all actions write; with `announced`, also what stands in a `write_set` only. */
export function collectWrittenKeys(
  actions: readonly Action[],
  { announced = false }: { readonly announced?: boolean } = {},
): WrittenKeys {
  const root = newNode();
  for (const action of actions) {
    for (const key of writtenKeys(action)) mark(root, key);
    if (announced) { for (const key of action.write_set) mark(root, key); }
  }
  return {
    meets(key) {
      let node: Node | undefined = root;
      for (const part of keyParts(key)) {
        node = node.children.get(part);
        if (node === undefined) return false;
        if (node.isWritten) return true;
      }
      // There are nodes below a node only on the way to something that is written.
      return true;
    },
  };
}

function mark(root: Node, key: string): void {
  let node = root;
  for (const part of keyParts(key)) {
    const child = node.children.get(part) ?? newNode();
    node.children.set(part, child);
    node = child;
  }
  node.isWritten = true;
}

function newNode(): Node {
  return { isWritten: false, children: new Map() };
}
