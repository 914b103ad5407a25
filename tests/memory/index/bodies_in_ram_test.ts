// An index keeps words of a body, never the body: a part of a text may keep all of it in memory.

import assert from "node:assert/strict";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import type { FactRow } from "../../../src/memory/store.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";

const FACTS = 500;
const BODY_CHARS = 30_000;

function rowOf(number: number): FactRow {
  const longWord = `${String.fromCharCode(97 + number % 26).repeat(12)}${number}`;
  const body = `${"word ".repeat(BODY_CHARS / 5)}${longWord} src/${longWord}.ts`;
  const text = { subject: "s", body, tags: [], kind: "pattern", confidence: "medium" } as const;
  const times = { validFromMs: 1, recordedMs: 1 };
  const state = { state: "live", needsReview: false, isConstraint: false } as const;
  return { namespace: "default", id: `id${number}`, ...text, ...times, ...state, revision: number };
}

Deno.test("put() keeps no body in memory for its long words", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // What the flag makes.
  const index = new TextIndex(createTokenizer());
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let number = 1; number <= FACTS; number++) index.put(rowOf(number));
  collect();
  const grownBy = process.memoryUsage().heapUsed - before;
  assert.equal(index.table.facts, FACTS);
  assert.ok(grownBy < FACTS * BODY_CHARS / 4, `${grownBy} bytes`);
});
