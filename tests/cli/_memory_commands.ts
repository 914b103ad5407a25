// What the tests of `car-mcp memory` share.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, runProcess } from "../helpers/process.ts";
import { DENO, type Runtime } from "../helpers/runtimes.ts";

/** A file of the official memory server. */
export const GRAPH = [
  '{"type":"entity","name":"Ada","entityType":"person","observations":["Likes tea"]}',
  '{"type":"entity","name":"Acme","entityType":"company","observations":[]}',
  '{"type":"relation","from":"Ada","to":"Acme","relationType":"works_at"}',
].join("\n");

/** Runs `car-mcp memory` with these arguments. */
export function memory(args: readonly string[], runtime: Runtime = DENO): Promise<Ended> {
  return runProcess({ runtime, args: ["memory", ...args] });
}

/** The database of a home. */
export function databaseOf(home: string): string {
  return join(home, "mcp", "memory.db");
}

/** Writes that file into a folder; gives its path. */
export function graphFile(folder: string): string {
  const path = join(folder, "memory.json");
  writeFileSync(path, GRAPH);
  return path;
}

/** Fills the memory of a home with so many facts. */
export async function fill(home: string, facts: number): Promise<void> {
  const path = join(home, "facts.jsonl");
  const lines = Array.from({ length: facts }, (_, at) =>
    JSON.stringify({
      ...{ type: "fact", namespace: "default", id: `f${at}`, kind: "pattern", subject: `s${at}` },
      ...{ body: `body ${at} ${"x".repeat(300)}`, confidence: "high", state: "live" },
      valid_from: "2026-01-01T00:00:00.000Z",
      recorded_at: "2026-01-01T00:00:00.000Z",
    }));
  const header = '{"format":"car-mcp-memory","version":1}';
  writeFileSync(path, [header, ...lines, `{"type":"end","lines":${facts}}`].join("\n"));
  const ended = await memory(["import", path, "--home", home]);
  assert.equal(ended.code, 0, ended.stderr);
}
