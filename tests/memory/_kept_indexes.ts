// A memory with its indexes on disk, on the file system itself.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createIndexFiles } from "../../src/storage/index_files.ts";
import { RandomFacts } from "./_random_facts.ts";
import type { TestMemory } from "./_test_memory.ts";

/** So many that an index is kept on disk. */
export const FACTS = 400;

/** The folder of a memory's index files, and why some of them were not used. */
export interface Kept {
  readonly folder: string;
  readonly ignored: string[];
}

/** The index files beside the database of a memory. */
export function keptOf(
  memory: TestMemory,
): Kept & { readonly files: ReturnType<typeof createIndexFiles> } {
  const folder = join(memory.path, "..", "index");
  const ignored: string[] = [];
  const files = createIndexFiles({ folder, onIgnored: (_, why) => void ignored.push(why) });
  return { folder, ignored, files };
}

/** Adds facts `f<from>` to `f<to - 1>`, each with a word `n<number>` of its own. */
export async function fill(
  memory: TestMemory,
  from: number,
  to: number,
  namespace = "default",
): Promise<void> {
  const random = new RandomFacts(from);
  const facts = Array.from({ length: to - from }, (_, at) => ({
    id: `f${from + at}`,
    subject: random.text(2),
    body: `${random.text(12)} n${from + at}`,
  }));
  await Promise.all(facts.map((fact) => memory.engine.addFact(namespace, fact)));
}

/** What the memory answers to some queries. */
export function answers(memory: TestMemory): unknown {
  return ["w1q w2q w300q", "n7", "n399", "w5q the n450"]
    .map((text) => memory.engine.query("default", { text, k: 10 }));
}

/** The only file in the folder. */
export function pathIn({ folder }: Kept): string {
  const [name = "none"] = readdirSync(folder);
  return join(folder, name);
}
