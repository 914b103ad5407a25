// Where in a TOML text a key stands. The parser gives no positions of what it read, but a text that is
// cut after a whole statement is TOML as well: the statement that brings a key is the one behind the
// longest such part without it. Used only to complain, never on the way of a call.

import { parse, TomlError } from "smol-toml";

/** A key inside a parsed text: names of keys and positions in arrays. */
export type TomlPath = readonly (string | number)[];

// A statement over very many lines has very many cuts that are no TOML; then the line stays unknown.
const PARSES_MAX = 1_000;

/** The line, from 1, on which the statement begins that brings this key, if it can be found. */
export function lineOfKey(text: string, path: TomlPath): number | undefined {
  const lines = text.split("\n");
  let parses = 0;
  /** Whether the first so many lines have the key; undefined when they end inside a statement. */
  const hasKeyIn = (count: number): boolean | undefined => {
    parses++;
    const table = parseWhole(lines.slice(0, count).join("\n"));
    return table === undefined ? undefined : hasKey(table, path);
  };
  if (hasKeyIn(lines.length) !== true) return undefined;
  let without = 0; // So many lines are whole and without the key.
  let until = lines.length; // From so many on, none is.
  while (until - without > 1) {
    const middle = (without + until) >> 1;
    let count = middle;
    let found = hasKeyIn(count);
    while (found === undefined && ++count < until && parses < PARSES_MAX) found = hasKeyIn(count);
    if (parses >= PARSES_MAX) return undefined;
    if (found === false) without = count;
    else until = middle;
  }
  return without + 1;
}

function parseWhole(text: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof TomlError) return undefined;
    throw thrown;
  }
}

function hasKey(table: unknown, path: TomlPath): boolean {
  let value = table;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<string | number, unknown>)[step];
  }
  return true;
}
