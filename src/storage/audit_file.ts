// `audit.jsonl`: who did what to the memory of a home, one line for each fact that came, ended or went, and
// for each of the commands that move the memory as a whole. Lines are only ever added. Those of writes that
// were committed together are written together, and whoever made them waits for it: what was answered
// outlives a process that is killed. A disk that takes none does not stop the memory: the lines are counted
// and reported, and the first that can be written again says how many are missing before it.

import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type Actor, auditedName, type AuditEntry, type AuditLog } from "../memory/audit_log.ts";
import { appendLines, type RotatingFile } from "./_rotating_file.ts";

/** Options of openAuditFile. */
export interface AuditFileOptions extends RotatingFile {
  readonly clock: Clock;
  /** Is told when the first line cannot be written, and why; not of each further one. */
  readonly onFault: (complaint: string) => void;
  /** Is told when lines can be written again, and how many were lost. */
  readonly onRecovered?: (lines: number) => void;
}

/** The audit of a home. */
export interface AuditFile extends AuditLog {
  /** Lines that could not be written, since it was opened. */
  readonly linesLost: number;
}

/** Opens the audit; the file itself is made with the first line. There is nothing to close. */
export function openAuditFile(options: AuditFileOptions): AuditFile {
  return new OpenAudit(options);
}

// A piece of that many lines stays small beside what wrote it; a write that ends more facts makes several.
const LINES_OF_PIECE_MAX = 4_096;

class OpenAudit implements AuditFile {
  readonly #options: AuditFileOptions;
  #waiting: string[] = [];
  #written: Promise<void> | undefined;
  #linesLost = 0;
  // Those of them that no line tells of yet.
  #untold = 0;

  constructor(options: AuditFileOptions) {
    this.#options = options;
  }

  get linesLost(): number {
    return this.#linesLost;
  }

  note(by: Actor, entries: readonly AuditEntry[]): Promise<void> | undefined {
    if (entries.length === 0) return undefined;
    const time = new Date(this.#options.clock.now()).toISOString();
    for (const entry of entries) this.#waiting.push(lineOf(time, by, entry));
    // Whoever was told of the same commit is in front of this in the queue of microtasks.
    this.#written ??= Promise.resolve().then(() => this.#write());
    return this.#written;
  }

  #write(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#written = undefined;
    for (let at = 0; at < lines.length; at += LINES_OF_PIECE_MAX) {
      this.#append(lines.slice(at, at + LINES_OF_PIECE_MAX));
    }
  }

  #append(lines: readonly string[]): void {
    const { clock, onFault, onRecovered } = this.#options;
    const lost = this.#untold;
    const gap = lost === 0 ? "" : lostLine(new Date(clock.now()).toISOString(), lost);
    try {
      appendLines(gap + lines.join(""), this.#options);
    } catch (thrown) {
      this.#linesLost += lines.length;
      this.#untold += lines.length;
      if (lost === 0) onFault(messageOf(thrown));
      return;
    }
    this.#untold = 0;
    if (lost > 0) onRecovered?.(lost);
  }
}

function lineOf(time: string, { principal, client, via }: Actor, entry: AuditEntry): string {
  const { action, namespace, kind, name, cause, revision, added, changed } = entry;
  // JSON leaves out what is undefined.
  const line = {
    time,
    action,
    namespace,
    kind,
    id: name === undefined ? undefined : auditedName(namespace, name),
    by: cause === undefined ? undefined : auditedName(namespace, cause),
    principal,
    via,
    client,
    revision,
    added,
    changed,
  };
  return `${JSON.stringify(line)}\n`;
}

function lostLine(time: string, count: number): string {
  return `${JSON.stringify({ time, action: "lost", principal: "", via: "", count })}\n`;
}
