// `car-mcp audit`: who did what to the memory.

import process from "node:process";
import { readDateTime } from "../base/date_times.ts";
import { CarError } from "../base/errors.ts";
import { SERVER_NAME } from "../base/version.ts";
import { auditActions, auditOf } from "../memory_file.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, print } from "./_print.ts";
import { screenHere, tableText } from "./_table.ts";
import { wholeNumber } from "./_whole_number.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `audit`, as given. */
export interface AuditFlags extends HomeFlags {
  readonly since?: string;
  readonly until?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly namespace?: string;
  readonly id?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

type Report = Awaited<ReturnType<typeof auditOf>>;

const LIMIT_STANDARD = 50;
const LIMIT_MAX = 1_000_000;
const TITLES: readonly string[] = [
  "TIME",
  "ACTION",
  "PRINCIPAL",
  "ID",
  "VIA",
  "KIND",
  "NAMESPACE",
  "CLIENT",
  "DETAIL",
];

/** Prints the last lines that are wanted, oldest first; resolves with the exit code. */
export async function audit(flags: AuditFlags): Promise<number> {
  const config = commandConfig(flags);
  const { principal, action, namespace, id } = flags;
  if (action !== undefined && !auditActions().includes(action)) {
    const message = `--action must be one of ${auditActions().join(", ")}, not "${action}"`;
    throw new CarError("invalid_argument", message);
  }
  const report = await auditOf(config, {
    sinceMs: timeOf("--since", flags.since),
    untilMs: timeOf("--until", flags.until),
    ...{ principal, action, namespace, id },
    limit: wholeNumber("--limit", flags.limit ?? String(LIMIT_STANDARD), [1, LIMIT_MAX]),
  });
  await print(flags.json === true ? jsonOf(report) : textOf(report));
  if (report.unreadable > 0) {
    const lines = countText(report.unreadable, "line");
    process.stderr.write(`${SERVER_NAME}: ${lines} of the audit cannot be read\n`);
  }
  return EXIT.done;
}

function timeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = readDateTime(text);
  if (ms !== undefined) return ms;
  const message = `${flag} must be a time like 2026-01-31T09:30:00Z or 2026-01-31, not "${text}"`;
  throw new CarError("invalid_argument", message);
}

function jsonOf({ lines, hasMore, unreadable }: Report): string {
  return `${JSON.stringify({ entries: lines, has_more: hasMore, unreadable })}\n`;
}

function textOf({ lines, hasMore }: Report): string {
  const screen = screenHere();
  const rows = lines.map((line) => {
    const { time, action, principal, via, id = "", kind = "", namespace = "", client = "" } = line;
    return [time, action, principal, id, via, kind, namespace, client, detailOf(line)];
  });
  const table = tableText({ titles: TITLES, rows }, screen);
  if (!screen.isTerminal) return table;
  if (rows.length === 0) return "Nothing is noted\n";
  return table + (hasMore ? "There are older ones; see --limit\n" : "");
}

function detailOf({ by, added, changed, count }: Report["lines"][number]): string {
  if (by !== undefined) return `by ${by}`;
  if (count !== undefined) return `${countText(count, "line")} could not be written`;
  return added === undefined ? "" : `${added} added, ${changed ?? 0} changed`;
}
