// A memory with skills on a file of its own, that can be exported and imported into.

import { join } from "node:path";
import { type BoundedLine, readBoundedLines } from "../../src/base/bounded_lines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { openMemory } from "../../src/memory/engine.ts";
import { openSkills } from "../../src/skills/skills.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { openMemorySource } from "../../src/storage/memory_source.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { createSqliteSkills } from "../../src/storage/sqlite_skills.ts";
import { createSqliteTransfer } from "../../src/storage/sqlite_transfer.ts";
import { exportLines } from "../../src/transfer/export_lines.ts";
import { importLines, type ImportReport } from "../../src/transfer/import_lines.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** A memory to move something out of or into; `await using` closes and removes it. */
export type TransferPlace = Awaited<ReturnType<typeof openTransferPlace>>;

/** An empty memory with the standard limits but for those given. */
export async function openTransferPlace(overrides: Partial<Limits> = {}) {
  const home = tempHome();
  const path = join(home.path, "memory.db");
  const limits = limitsWith(overrides);
  const clock = new FakeClock();
  const database = openDatabase({ path, limits });
  const memory = await openMemory({ store: createSqliteMemory(database), clock, limits });
  const skills = openSkills({ store: createSqliteSkills(database), clock, limits });
  // As another process: the engines see what was imported as they see what others write.
  const other = openDatabase({ path, limits });
  const target = { memory: createSqliteTransfer(other), skills: createSqliteSkills(other) };
  return {
    path,
    clock,
    database,
    /** The connection that imports. */
    importing: other,
    memory,
    skills,
    /** The lines of an export. */
    export: (namespace?: string) => exported(path, namespace),
    /** Imports lines. */
    import: (lines: readonly string[], namespace?: string): Promise<ImportReport> =>
      importLines(boundedLines(lines, limits), { target, limits, clock, namespace }),
    async [Symbol.asyncDispose]() {
      await memory.close();
      await skills.close();
      await other.close();
      await database.close();
      home[Symbol.dispose]();
    },
  };
}

/** What can be read of the file, and what cannot. */
export function exportedOf(path: string, namespace?: string) {
  const source = openMemorySource(path);
  try {
    const lines = [...exportLines({ source, namespace, nowMs: 0 })];
    return {
      lines: lines.flatMap((line) => "text" in line ? [line.text] : []),
      unreadable: lines.flatMap((line) => "unreadable" in line ? [line.unreadable] : []),
    };
  } finally {
    source.close();
  }
}

function exported(path: string, namespace: string | undefined): readonly string[] {
  const { lines, unreadable } = exportedOf(path, namespace);
  if (unreadable.length > 0) throw new Error(`Unreadable: ${unreadable.join(", ")}`);
  return lines;
}

function boundedLines(lines: readonly string[], limits: Limits): AsyncIterable<BoundedLine> {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  async function* chunks() {
    yield bytes;
  }
  return readBoundedLines(chunks(), limits.transferLineBytesMax);
}
