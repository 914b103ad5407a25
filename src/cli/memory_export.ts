// `car-mcp memory export`: the memory as lines of text, to stdout or into a file that appears whole.

import { open, rename, rm } from "node:fs/promises";
import process from "node:process";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { SERVER_NAME } from "../base/version.ts";
import { exportMemory, type MemoryExport } from "../memory_file.ts";
import { auditedAs } from "./_audited_as.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, print } from "./_print.ts";
import { Progress } from "./_progress.ts";
import { screenHere } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory export`, as given. */
export interface MemoryExportFlags extends HomeFlags {
  readonly namespace?: string;
}

type Write = (text: string) => Promise<void>;

// Written at once; an await for each line would cost more than the line.
const CHUNK_CHARS = 1 << 16;

/** Exports the memory; resolves with the exit code. */
export async function memoryExport(
  path: string | undefined,
  flags: MemoryExportFlags,
): Promise<number> {
  const config = commandConfig(flags);
  using exporting = await exportMemory({
    config,
    clock: SYSTEM_CLOCK,
    namespace: flags.namespace,
    ...auditedAs("memory export"),
  });
  const unreadable = path === undefined
    ? await writeAll(exporting, print)
    : await writeFile(path, (write) => writeAll(exporting, write));
  if (unreadable === 0) return EXIT.done;
  process.stderr.write(
    `${SERVER_NAME}: ${countText(unreadable, "place")} of the memory could not be read; ` +
      "the rest was written and can be imported\n",
  );
  return EXIT.database;
}

// Resolves with how many places could not be read.
async function writeAll({ lines, size }: MemoryExport, write: Write): Promise<number> {
  const progress = new Progress({
    screen: screenHere("stderr"),
    write: (text) => void process.stderr.write(text),
    clock: SYSTEM_CLOCK,
    total: size,
    word: "facts and skills",
  });
  let unreadable = 0;
  let done = 0;
  let chunk = "";
  for (const line of lines) {
    if ("unreadable" in line) {
      unreadable++;
      process.stderr.write(`${SERVER_NAME}: Cannot read ${line.unreadable}\n`);
      continue;
    }
    chunk += `${line.text}\n`;
    progress.show(done += line.counts);
    if (chunk.length < CHUNK_CHARS) continue;
    await write(chunk);
    chunk = "";
  }
  await write(chunk);
  progress.clear();
  return unreadable;
}

// Under another name until it is whole and on disk; a file that is there is not overwritten.
async function writeFile(
  path: string,
  fill: (write: Write) => Promise<number>,
): Promise<number> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch (thrown) {
    const message = `Cannot write the export: ${messageOf(thrown)}`;
    throw new CarError("invalid_argument", message, { cause: thrown });
  }
  try {
    const file = await open(unfinished, "wx", 0o600);
    try {
      const unreadable = await fill(async (text) => void await file.writeFile(text));
      await file.sync();
      await file.close();
      await rename(unfinished, path);
      return unreadable;
    } catch (thrown) {
      await file.close().catch(() => {});
      throw thrown;
    }
  } catch (thrown) {
    for (const left of [unfinished, path]) await rm(left, { force: true });
    throw thrown instanceof CarError
      ? thrown
      : new CarError("storage_failed", `Cannot write the export: ${messageOf(thrown)}`);
  }
}
