// Who last wrote a key, for keys that are dotted paths: a write of `user` also writes `user.name`, and
// a write of `user.name` changes what a reader of `user` sees. One node per part of a key. A write
// covers every earlier one at or below its key, because it is chained behind them.

import { keyParts } from "./key_path.ts";

const NOBODY = -1;

interface Node {
  /** Position of the last action that wrote exactly this key. */
  lastWriter: number;
  /** Positions of those that wrote below this key since then, ascending. */
  readonly innerWriters: number[];
  readonly children: Map<string, Node>;
}

/** The last writers of all keys; actions are recorded in the order of the plan. */
export class WriterTree {
  readonly #root = newNode();

  /** Calls `visit` with the position of each earlier write that a reader of the key sees. */
  visitWriters(key: string, visit: (position: number) => void): void {
    let node: Node | undefined = this.#root;
    let last = NOBODY;
    for (const part of keyParts(key)) {
      node = node.children.get(part);
      if (node === undefined) break;
      last = Math.max(last, node.lastWriter);
    }
    if (last !== NOBODY) visit(last);
    if (node === undefined) return;
    for (const writer of node.innerWriters) if (writer !== last) visit(writer);
  }

  /** Records that the action at this position writes the key. */
  record(key: string, position: number): void {
    let node = this.#root;
    for (const part of keyParts(key)) {
      if (node !== this.#root && node.innerWriters.at(-1) !== position) {
        node.innerWriters.push(position);
      }
      const child = node.children.get(part) ?? newNode();
      node.children.set(part, child);
      node = child;
    }
    node.lastWriter = position;
    node.innerWriters.length = 0;
    node.children.clear();
  }
}

function newNode(): Node {
  return { lastWriter: NOBODY, innerWriters: [], children: new Map() };
}
