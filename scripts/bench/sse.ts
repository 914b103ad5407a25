// Measures sessions and event streams, under Deno and under Bun: what a session takes, with and
// without an open stream, how fast an event reaches all of them, whether a reader that never reads is
// felt by the others, whether memory stays flat, and what an answer costs that becomes a stream.
// Beside it, in the same run, a bare server on the same runtime that does the least of it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findRuntime } from "./_children.ts";
import type { Runtime } from "./_contenders.ts";
import { measureEndurance } from "./_endurance.ts";
import { measureHeldStreams } from "./_held_streams.ts";
import type { RuntimeName } from "./_options.ts";
import { connectionsMax, readSseOptions } from "./_sse_options.ts";
import {
  answerRows,
  enduranceRows,
  heldRows,
  markdownTable,
  type Row,
  stuckRows,
} from "./_sse_rows.ts";
import { measureAnswers } from "./_streamed_answers.ts";
import { measureStuckReader } from "./_stuck_reader.ts";

// Enough to fill every buffer on the way to the reader that never reads.
const STUCK_ROUNDS = 160;
const ANSWER_CONNECTIONS = 32;

const options = readSseOptions(process.argv.slice(2));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
process.stdout.once("error", () => process.exit(1)); // nobody reads the report any more
const sessions = Math.min(options.sessions, connectionsMax());
if (sessions < options.sessions) {
  print(
    `A process may hold no more than ${sessions} connections here (ulimit -Hn): ` +
      `${sessions} sessions instead of ${options.sessions}`,
  );
}
for (const name of options.runtimes) await measureRuntime(name);

async function measureRuntime(name: RuntimeName): Promise<void> {
  const command = findRuntime(name);
  if (command === undefined) {
    print(`${name} is not installed: left out`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "car-mcp-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const rows = await measureAll({ name, command }, folder);
    print(`\n${name}, rounds: ${options.rounds}, medians:\n\n${markdownTable(rows)}`);
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

async function measureAll(runtime: Runtime, folder: string): Promise<readonly Row[]> {
  const { readers, calls, rounds, seconds } = options;
  const rows: Row[] = [];
  if (sessions > 0) {
    const held = { runtime, home: join(folder, "held"), sessions, rounds };
    rows.push(...heldRows(await measureHeldStreams(held), sessions));
  }
  if (readers > 0) {
    const stuck = { runtime, home: join(folder, "stuck"), readers, rounds: STUCK_ROUNDS };
    rows.push(...stuckRows(await measureStuckReader(stuck), readers));
  }
  if (calls > 0) {
    const endurance = { runtime, home: join(folder, "calls"), calls };
    rows.push(...enduranceRows(await measureEndurance(endurance), calls));
  }
  if (seconds > 0) {
    const home = join(folder, "answers");
    const answers = { runtime, home, connections: ANSWER_CONNECTIONS, rounds, seconds };
    rows.push(...answerRows(await measureAnswers(answers)));
  }
  return rows;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
