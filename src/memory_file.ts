// The part of the composition root that cares for the memory of a home without an engine: moves it out
// and in, says its sizes, checks it, makes it smaller, and who did what to it. Everything works beside a
// daemon on the same file.

import { existsSync, rmSync } from "node:fs";
import { type BoundedLine, readBoundedLines } from "./base/bounded_lines.ts";
import type { Clock } from "./base/clock.ts";
import { CarError } from "./base/errors.ts";
import { given } from "./base/given.ts";
import type { Config } from "./config/config.ts";
import { type Actor, AUDIT_ACTIONS, type AuditEntry } from "./memory/audit_log.ts";
import { checkIndex } from "./memory/check_index.ts";
import { openAuditFile } from "./storage/audit_file.ts";
import { type AuditFilter, type AuditReport, readAudit } from "./storage/audit_reader.ts";
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

/** Who cares for the memory, for its audit. */
export interface AuditOption {
  readonly by: Actor;
  /** Is told why it cannot be noted; what was asked for is done all the same. */
  readonly onAuditFault: (complaint: string) => void;
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
 * Begins an export of one state of the memory, noted before the first line leaves. Throws
 * `home_unusable` when there is none, `storage_newer`, and `storage_damaged` when nothing at all can be
 * read.
 */
export async function exportMemory(
  options: MemoryFileOptions & NamespaceOption & AuditOption,
): Promise<MemoryExport> {
  const { config, clock, namespace } = options;
  const source = openMemorySource(await databaseOf(config));
  await note(options, { action: "exported", ...given("namespace", namespace) });
  return {
    size: source.size(namespace),
    lines: exportLines({ source, namespace, nowMs: clock.now() }),
    [Symbol.dispose]: () => source.close(),
  };
}

/** Options of `importMemory`. */
export interface ImportMemoryOptions extends MemoryFileOptions, NamespaceOption, AuditOption {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Is told now and then how many lines are stored. */
  readonly onProgress: (lines: number) => void;
}

/** Imports a file; makes the home when it is new. Throws as `importLines` and `openDatabase`. */
export async function importMemory(options: ImportMemoryOptions): Promise<ImportReport> {
  const { config, clock, namespace, chunks, onProgress } = options;
  const { limits } = config;
  const place = given("namespace", namespace);
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
    await note(options, { action: "import_begun", ...place });
    const report = await importLines(lines, { target, namespace, limits, clock, onProgress });
    const { added, changed } = report;
    await note(options, { action: "imported", ...place, added, changed });
    return report;
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
export async function compactMemory(options: MemoryFileOptions & AuditOption): Promise<Compacted> {
  const { config, clock } = options;
  const path = await databaseOf(config);
  const compacted = await compactDatabase({ path, limits: config.limits, clock });
  await note(options, { action: "compacted" });
  return compacted;
}

/** Copies the memory into a new file; gives its bytes. Throws as `exportMemory`, `copyDatabase`. */
export async function backupMemory(
  options: MemoryFileOptions & AuditOption,
  to: string,
): Promise<number> {
  const bytes = await copyDatabase(await databaseOf(options.config), to);
  await note(options, { action: "backed_up" });
  return bytes;
}

/**
 * Puts a copy in place of the memory of a home; gives where that was moved. Throws CarError
 * `daemon_running` while a daemon serves the home, and as `restoreDatabase`.
 */
export async function restoreMemory(
  options: MemoryFileOptions & AuditOption,
  from: string,
): Promise<string | undefined> {
  const paths = openHome(options.config.home);
  const lock = acquireDaemonLock(paths.daemonLock);
  try {
    const aside = restoreDatabase(from, paths.database);
    // They tell of the memory that was there.
    rmSync(paths.indexFolder, { recursive: true, force: true });
    await note(options, { action: "restored" });
    return aside;
  } finally {
    lock.release();
  }
}

/** The lines of the audit of a home that are wanted; none where there is no audit. Throws as `readAudit`. */
export async function auditOf({ home, limits }: Config, filter: AuditFilter): Promise<AuditReport> {
  const { audit: path } = homePaths(home);
  return await readAudit({ path, oldFilesMax: limits.auditLogFilesMax, filter });
}

/** What the audit calls the things that can be done. */
export function auditActions(): readonly string[] {
  return AUDIT_ACTIONS;
}

async function note(
  { config, clock, by, onAuditFault }: MemoryFileOptions & AuditOption,
  entry: AuditEntry,
): Promise<void> {
  const { auditLogBytesMax: bytesMax, auditLogFilesMax: oldFilesMax } = config.limits;
  const { audit: path } = homePaths(config.home);
  const audit = openAuditFile({ path, bytesMax, oldFilesMax, clock, onFault: onAuditFault });
  await audit.note(by, [entry]);
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
