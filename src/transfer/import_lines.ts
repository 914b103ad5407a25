// Takes the lines of a file into a memory: some hundred of them in one transaction, each judged on its
// own, so that what cannot be taken is told and the rest goes on. An import that was interrupted leaves
// whole transactions behind it; done again it finds them known and goes on from there.

import type { BoundedLine } from "../base/bounded_lines.ts";
import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { scanJson } from "../base/json_scan.ts";
import type { Limits } from "../base/limits.ts";
import { checkNamespaceName, refusedField } from "../base/text_fields.ts";
import {
  type ImportTarget,
  ImportWriter,
  type MergeCounts,
  type SkippedLine,
} from "./_import_writer.ts";
import { graphEntries, isGraphType } from "./_graph_lines.ts";
import { ownEntry } from "./_own_lines.ts";
import { countOf, isRecord, type JsonRecord } from "./_record_fields.ts";
import { FORMAT_NAME, FORMAT_VERSION } from "./file_format.ts";

/** Options of `importLines`. */
export interface ImportOptions {
  readonly target: ImportTarget;
  /** Everything goes into this one; absent: where the file says, or into `default`. */
  readonly namespace?: string | undefined;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Is told now and then how many lines are stored. */
  readonly onProgress?: (lines: number) => void;
}

/** What became of a file. */
export interface ImportReport extends MergeCounts {
  /** The file's own name for its format: ours, or that of the official memory server. */
  readonly format: typeof FORMAT_NAME | "memory.json";
  readonly lines: number;
  /** False when the file ends before its last line; the official format has no such line. */
  readonly isWhole: boolean;
  /** The first of what was skipped. */
  readonly reasons: readonly SkippedLine[];
}

const DEFAULT_NAMESPACE = "default";
// Relations that wait for their entities; the official server writes entities first.
const WAITING_MAX = 10_000;

/**
 * Imports a file. Throws CarError `invalid_argument` for a file of neither format, `storage_failed`
 * when nothing more can be stored; then what came before stays.
 */
export async function importLines(
  lines: AsyncIterable<BoundedLine>,
  options: ImportOptions,
): Promise<ImportReport> {
  const { namespace, limits } = options;
  if (namespace !== undefined) {
    checkNamespaceName("namespace", namespace, limits.namespaceCharsMax);
  }
  const importing = new Import(options);
  for await (const line of lines) await importing.take(line);
  return await importing.finish();
}

class Import {
  readonly #options: ImportOptions;
  readonly #writer: ImportWriter;
  readonly #nowMs: number;
  #format: ImportReport["format"] | undefined;
  #lines = 0;
  #records = 0;
  #endsAfter: number | undefined;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#nowMs = options.clock.now();
    this.#writer = new ImportWriter({ ...options, nowMs: this.#nowMs });
  }

  async take(line: BoundedLine): Promise<void> {
    this.#lines = line.number;
    if ("text" in line && line.text.trim() === "") return;
    const record = this.#readRecord(line);
    if (this.#format === undefined) {
      this.#format = formatOf(record);
      if (this.#format === FORMAT_NAME) return;
    }
    this.#records++;
    if (record === undefined) return;
    try {
      await this.#takeRecord(record, line);
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      this.#writer.skip(line.number, thrown.message);
    }
  }

  async finish(): Promise<ImportReport> {
    if (this.#format === undefined) throw foreignFile();
    await this.#writer.finish();
    const isWhole = this.#format !== FORMAT_NAME || this.#endsAfter === this.#records - 1;
    return { format: this.#format, lines: this.#lines, isWhole, ...this.#writer.report() };
  }

  async #takeRecord(record: JsonRecord, line: BoundedLine): Promise<void> {
    const { namespace, limits } = this.#options;
    const placed = { line: line.number, record, size: "text" in line ? line.text.length : 0 };
    if (this.#format === FORMAT_NAME) {
      if (record["type"] === "end") {
        this.#endsAfter = countOf(record, "lines", 0);
        return;
      }
      const { namespaceCharsMax } = limits;
      await this.#writer.add(ownEntry(placed, { namespace, namespaceCharsMax }));
      return;
    }
    const entries = graphEntries(placed, {
      namespace: namespace ?? DEFAULT_NAMESPACE,
      nowMs: this.#nowMs,
      limits,
      mayWait: () => this.#writer.waiting < WAITING_MAX,
    });
    for (const entry of entries) await this.#writer.add(entry);
  }

  #readRecord(line: BoundedLine): JsonRecord | undefined {
    try {
      return recordIn(line, this.#options.limits);
    } catch (thrown) {
      if (!isRefusal(thrown) || this.#format === undefined) throw thrown;
      this.#writer.skip(line.number, thrown.message);
      return undefined;
    }
  }
}

function isRefusal(thrown: unknown): thrown is CarError {
  return thrown instanceof CarError && thrown.code === "invalid_argument";
}

function recordIn(line: BoundedLine, limits: Limits): JsonRecord {
  const { transferLineBytesMax, jsonDepthMax: depthMax, jsonValuesMax: valuesMax } = limits;
  if ("fault" in line) {
    throw line.fault === "too_long"
      ? refusedField("line", "is too long", `at most ${transferLineBytesMax} bytes`)
      : refusedField("line", "is not UTF-8", "UTF-8");
  }
  if (scanJson(line.text, { depthMax, valuesMax }) !== undefined) {
    throw refusedField("line", "is too deep or too large", `${depthMax} deep, ${valuesMax} values`);
  }
  const value = parsed(line.text);
  if (!isRecord(value)) throw refusedField("line", "is no JSON object", "one object");
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of the parser repeats what it was given.
    return undefined;
  }
}

function formatOf(record: JsonRecord | undefined): ImportReport["format"] {
  if (isGraphType(record?.["type"])) return "memory.json";
  if (record?.["format"] !== FORMAT_NAME) throw foreignFile();
  const version = countOf(record, "version", 1);
  if (version > FORMAT_VERSION) {
    const message =
      `Cannot import this file: its version is ${version}, this program reads up to ${FORMAT_VERSION}`;
    throw new CarError("invalid_argument", message, { data: { version } });
  }
  return FORMAT_NAME;
}

function foreignFile(): CarError {
  return new CarError(
    "invalid_argument",
    `Cannot import this file: it begins neither like an export (a first line with "format":"${FORMAT_NAME}") ` +
      "nor like the official memory server's file (entities and relations)",
  );
}
