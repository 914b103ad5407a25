// `car-mcp memory import`: takes a file over and says what became of its lines.

import { createReadStream, statSync } from "node:fs";
import process from "node:process";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { importMemory } from "../memory_file.ts";
import { auditedAs } from "./_audited_as.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, print } from "./_print.ts";
import { Progress } from "./_progress.ts";
import { screenHere } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory import`, as given. */
export interface MemoryImportFlags extends HomeFlags {
  readonly namespace?: string;
  readonly json?: boolean;
}

type Report = Awaited<ReturnType<typeof importMemory>>;

const STDIN = "-";

/** Imports a file and prints the report; resolves with the exit code. */
export async function memoryImport(path: string, flags: MemoryImportFlags): Promise<number> {
  const config = commandConfig(flags);
  const { chunks, bytes } = openInput(path);
  let bytesRead = 0;
  const progress = new Progress({
    screen: screenHere("stderr"),
    write: (text) => void process.stderr.write(text),
    clock: SYSTEM_CLOCK,
    total: bytes,
    word: "bytes",
  });
  async function* counted() {
    for await (const chunk of chunks) {
      bytesRead += chunk.length;
      yield chunk;
    }
  }
  try {
    const report = await importMemory({
      config,
      clock: SYSTEM_CLOCK,
      namespace: flags.namespace,
      ...auditedAs("memory import"),
      chunks: counted(),
      onProgress: () => progress.show(bytesRead),
    });
    progress.clear();
    await print(flags.json === true ? `${JSON.stringify(report)}\n` : textOf(report));
    return report.isWhole && report.skipped === 0 ? EXIT.done : EXIT.denied;
  } catch (thrown) {
    progress.clear();
    throw isFileFault(thrown) ? unreadable(path, thrown) : thrown;
  }
}

function openInput(path: string): {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly bytes: number;
} {
  if (path === STDIN) return { chunks: process.stdin, bytes: 0 };
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new Error(`"${path}" is a folder`);
    return { chunks: createReadStream(path), bytes: found.size };
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

function isFileFault(thrown: unknown): boolean {
  return thrown instanceof Error && "syscall" in thrown;
}

function unreadable(path: string, thrown: unknown): CarError {
  const message = `Cannot read the file to import, "${path}": ${messageOf(thrown)}`;
  return new CarError("invalid_argument", message, { cause: thrown });
}

function textOf(report: Report): string {
  const { added, changed, known, skipped, reasons, isWhole } = report;
  const verdict = added + changed === 0 && skipped === 0
    ? "nothing to do, everything was there already"
    : `${added} added, ${changed} changed`;
  const lines = [
    `${
      countText(report.lines, "line")
    } of ${report.format}: ${verdict}, ${known} known, ${skipped} skipped`,
    ...reasons.map(({ line, why }) => `  line ${line}: ${why}`),
  ];
  if (skipped > reasons.length) lines.push(`  and ${skipped - reasons.length} more`);
  if (!isWhole) lines.push("The file ends too early: it was cut, or its export was interrupted");
  return `${lines.join("\n")}\n`;
}
