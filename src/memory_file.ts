// The part of the composition root that cares for the memory of a home without an engine: moves it out
// and in, says its sizes, checks it, makes it smaller. Everything works beside a daemon on the same file.

import { existsSync, rmSync } from "node:fs";
import { type BoundedLine, readBoundedLines } from "./base/bounded_lines.ts";
import type { Clock } from "./base/clock.ts";
import { CarError } from "./base/errors.ts";
import type { Config } from "./config/config.ts";
import { checkIndex } from "./memory/check_index.ts";
import { type Database, openDatabase } from "./storage/database.ts";
import {
  bringUpToDate,
  checkDatabaseFile,
  compactDatabase,
  type Compacted,
  fileBytes,
  type NamespaceSizes,
  namespaceSizes,
} from "./storage/file_care.ts";
import { copyDatabase, restoreDatabase } from "./storage/file_copy.ts";
import { acquireDaemonLock } from "./storage/daemon_lock.ts";
import { homePaths, openHome } from "./storage/home.ts";
import { createIndexFiles } from "./storage/index_files.ts";
import { openMemorySource } from "./storage/memory_source.ts";
import { createSqliteMemory } from "./storage/sqlite_memory.ts";
import { createSqliteSkills } from "./storage/sqlite_skills.ts";
import { createSqliteTransfer } from "./storage/sqlite_transfer.ts";
import { type ExportedLine, exportLines } from "./transfer/export_lines.ts";
import { importLines, type ImportReport } from "./transfer/import_lines.ts";

/** What all of it needs. */
export interface MemoryFileOptions {
  readonly config: Config;
  readonly clock: Clock;
}

/** Which namespace is meant; absent: all, or the ones that a file names. */
export interface NamespaceOption {
  readonly namespace?: string | undefined;
}

/** An export under way. */
export interface MemoryExport extends Disposable {
  /** Facts and skills that will come, about. */
  readonly size: number;
  readonly lines: Iterable<ExportedLine>;
}

/**
 * Begins an export of one state of the memory. Throws `home_unusable` when there is none,
 * `storage_newer`, and `storage_damaged` when nothing at all can be read.
 */
export async function exportMemory(
  { config, clock, namespace }: MemoryFileOptions & NamespaceOption,
): Promise<MemoryExport> {
  const source = openMemorySource(await databaseOf(config));
  return {
    size: source.size(namespace),
    lines: exportLines({ source, namespace, nowMs: clock.now() }),
    [Symbol.dispose]: () => source.close(),
  };
}

/** Options of `importMemory`. */
export interface ImportMemoryOptions extends MemoryFileOptions, NamespaceOption {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Is told now and then how many lines are stored. */
  readonly onProgress: (lines: number) => void;
}

/** Imports a file; makes the home when it is new. Throws as `importLines` and `openDatabase`. */
export async function importMemory(options: ImportMemoryOptions): Promise<ImportReport> {
  const { config, clock, namespace, chunks, onProgress } = options;
  const { limits } = config;
  const lines: AsyncIterable<BoundedLine> = readBoundedLines(chunks, limits.transferLineBytesMax);
  const database = openDatabase({
    path: openHome(config.home).database,
    limits,
    durability: config.durability,
  });
  try {
    const target = {
      memory: createSqliteTransfer(database),
      skills: createSqliteSkills(database),
    };
    return await importLines(lines, { target, namespace, limits, clock, onProgress });
  } finally {
    await database.close();
  }
}

/** Sizes of a memory. */
export interface MemorySizes {
  readonly databaseBytes: number;
  readonly logBytes: number;
  readonly namespaces: Iterable<NamespaceSizes>;
}

/** The sizes of the memory of a home; throws as `exportMemory`. */
export async function memorySizes(
  { config, namespace }: MemoryFileOptions & NamespaceOption,
): Promise<MemorySizes> {
  const path = await databaseOf(config);
  const { database, log } = fileBytes(path);
  return {
    databaseBytes: database,
    logBytes: log,
    namespaces: namespaceSizes(path, namespace),
  };
}

/** Something that is wrong, and what to do about it. */
export interface Finding {
  readonly kind: "damage" | "rows" | "index";
  readonly what: string;
}

/** What a check found. */
export interface CheckReport {
  /** Empty: nothing is wrong. */
  readonly findings: readonly Finding[];
  /** Files that are not used and do no harm. */
  readonly notes: readonly string[];
}

/** Checks pages, rows and index files; throws `home_unusable` without a memory, `storage_newer`. */
export async function checkMemory({ config, clock }: MemoryFileOptions): Promise<CheckReport> {
  const path = await databaseOf(config);
  const findings: Finding[] = [...checkDatabaseFile(path)];
  const notes: string[] = [];
  if (findings.some(({ kind }) => kind === "damage")) return { findings, notes };
  const names = [...namespaceSizes(path)].map(({ namespace }) => namespace);
  const files = createIndexFiles({ folder: homePaths(config.home).indexFolder });
  const database: Database = openDatabase({ path, limits: config.limits });
  try {
    const store = createSqliteMemory(database);
    for (const namespace of names) {
      const found = await checkIndex(namespace, { store, files, clock });
      if (found.kind === "ignored") {
        notes.push(`the index file of namespace "${namespace}" is not used: ${found.why}`);
      }
      if (found.kind === "wrong") {
        const what = `the index file of namespace "${namespace}" is wrong for ${found.facts} facts`;
        findings.push({ kind: "index", what });
      }
    }
  } finally {
    await database.close();
  }
  return { findings, notes };
}

/** Makes the file of a home smaller; throws as `compactDatabase`, and `home_unusable` without one. */
export async function compactMemory({ config, clock }: MemoryFileOptions): Promise<Compacted> {
  return await compactDatabase({ path: await databaseOf(config), limits: config.limits, clock });
}

/** Copies the memory into a new file; gives its bytes. Throws as `exportMemory`, `copyDatabase`. */
export async function backupMemory(config: Config, to: string): Promise<number> {
  return await copyDatabase(await databaseOf(config), to);
}

/**
 * Puts a copy in place of the memory of a home; gives where that was moved. Throws CarError
 * `daemon_running` while a daemon serves the home, and as `restoreDatabase`.
 */
export function restoreMemory({ home }: Config, from: string): string | undefined {
  const paths = openHome(home);
  const lock = acquireDaemonLock(paths.daemonLock);
  try {
    const aside = restoreDatabase(from, paths.database);
    // They tell of the memory that was there.
    rmSync(paths.indexFolder, { recursive: true, force: true });
    return aside;
  } finally {
    lock.release();
  }
}

/** Where the memory of a home is; nothing is looked at. */
export function memoryPath(home: string): string {
  return homePaths(home).database;
}

// There, and of this program's own version.
async function databaseOf({ home, limits }: Config): Promise<string> {
  const { database } = homePaths(home);
  if (existsSync(database)) {
    await bringUpToDate(database, limits);
    return database;
  }
  throw new CarError(
    "home_unusable",
    `There is no memory in ${home}: "${database}" does not exist`,
  );
}
