// Reads the audit of a home from its oldest file to its youngest, a line at a time. A line that is torn or
// of another program is passed over and counted.

import { closeSync, createReadStream, fstatSync, openSync } from "node:fs";
import { readBoundedLines } from "../base/bounded_lines.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { auditedName } from "../memory/audit_log.ts";
import { oldPaths } from "./_rotating_file.ts";

/** Which lines are wanted; what is absent does not matter. */
export interface AuditFilter {
  /** At or after this time. */
  readonly sinceMs?: number | undefined;
  /** Before this time. */
  readonly untilMs?: number | undefined;
  readonly principal?: string | undefined;
  readonly action?: string | undefined;
  readonly namespace?: string | undefined;
  /** Of a fact, or the name of a skill: also of what was ended by it. */
  readonly id?: string | undefined;
  /** How many of the last ones. */
  readonly limit: number;
}

/** A line of the audit, as it stands there. */
export interface AuditLine {
  /** RFC 3339 in UTC. */
  readonly time: string;
  readonly action: string;
  readonly namespace?: string;
  readonly kind?: string;
  readonly id?: string;
  /** What ended it. */
  readonly by?: string;
  readonly principal: string;
  readonly via: string;
  readonly client?: string;
  readonly revision?: number;
  readonly added?: number;
  readonly changed?: number;
  readonly count?: number;
}

/** What was found. */
export interface AuditReport {
  /** Oldest first. */
  readonly lines: readonly AuditLine[];
  /** There are older ones. */
  readonly hasMore: boolean;
  /** Lines that are none. */
  readonly unreadable: number;
}

/** Options of readAudit. */
export interface ReadAuditOptions {
  readonly path: string;
  readonly oldFilesMax: number;
  readonly filter: AuditFilter;
}

// No line of ours comes near.
const LINE_BYTES_MAX = 64 * 1024;

/** Reads the last lines that the filter lets through; throws CarError `storage_failed`. */
export async function readAudit(options: ReadAuditOptions): Promise<AuditReport> {
  const { filter } = options;
  const lines: AuditLine[] = [];
  let found = 0;
  let unreadable = 0;
  for (const file of openFiles(options)) {
    // The stream closes what it reads.
    const chunks = createReadStream("", { fd: file, start: 0 });
    for await (const line of readBoundedLines(chunks, LINE_BYTES_MAX)) {
      if ("text" in line && line.text === "") continue;
      const read = "text" in line ? auditLineIn(line.text) : undefined;
      if (read === undefined) unreadable++;
      else if (isWanted(read, filter)) lines[found++ % filter.limit] = read;
    }
  }
  const first = found % filter.limit;
  const hasMore = found > filter.limit;
  return {
    lines: hasMore ? [...lines.slice(first), ...lines.slice(0, first)] : lines,
    hasMore,
    unreadable,
  };
}

// All of them are open before the first is read: what is renamed meanwhile is still read once.
function openFiles({ path, oldFilesMax }: ReadAuditOptions): readonly number[] {
  const files = new Map<number, number>();
  try {
    for (const each of [path, ...oldPaths({ path, oldFilesMax })]) {
      const file = openIfThere(each);
      if (file === undefined) continue;
      const { ino } = fstatSync(file);
      if (files.has(ino)) closeSync(file);
      else files.set(ino, file);
    }
  } catch (thrown) {
    for (const file of files.values()) closeSync(file);
    const message = `Cannot read the audit: ${messageOf(thrown)}`;
    throw new CarError("storage_failed", message, { cause: thrown });
  }
  return [...files.values()].reverse();
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === "ENOENT") return undefined;
    throw thrown;
  }
}

function auditLineIn(text: string): AuditLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const line = value as Record<string, unknown>;
  const isLine = ["time", "action", "principal", "via"].every((name) =>
    typeof line[name] === "string"
  );
  // The rest is of our own writing, and is only shown.
  return isLine ? value as AuditLine : undefined;
}

function isWanted(line: AuditLine, filter: AuditFilter): boolean {
  const { sinceMs = -Infinity, untilMs = Infinity, principal, action, namespace, id } = filter;
  const ms = Date.parse(line.time);
  if (!(ms >= sinceMs && ms < untilMs)) return false;
  if (principal !== undefined && line.principal !== principal) return false;
  if (action !== undefined && line.action !== action) return false;
  if (namespace !== undefined && line.namespace !== namespace) return false;
  if (id === undefined) return true;
  const name = auditedName(line.namespace, id);
  return [line.id, line.by].some((one) => one === name || one === id);
}
