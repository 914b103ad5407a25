// A fact that is to be forgotten, and the search for what is left of it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestMemory } from "./_test_memory.ts";

/** Its body is longer than a page of the database. */
export const SECRET = {
  id: "xyzzy-id",
  subject: "Xyzzy subject",
  body: `Plugh body ${"which is long ".repeat(1_000)}`,
  tags: ["frotz-tag"],
  source: "frobozz-source",
};

/** One word of each of its parts. */
export const TRACES = ["xyzzy-id", "Xyzzy subject", "Plugh body", "frotz-tag", "frobozz-source"];

/** The traces that are in any file beside the database. */
export function tracesIn(memory: TestMemory): readonly string[] {
  const folder = dirname(memory.path);
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
  return TRACES.filter((trace) => texts.some((text) => text.includes(trace)));
}
