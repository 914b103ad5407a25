import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DecisionEntry } from "../../src/policy/decision_log.ts";
import { openDecisionLog } from "../../src/storage/decision_log.ts";
import { GATHER_MS, type LineFileOptions, OLD_FILES_MAX } from "../../src/storage/line_file.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

const ENTRY: DecisionEntry = {
  atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  principal: "local",
  tool: "t",
  decision: "deny",
  rules: ["deny_tool:t"],
};
const LINE = '{"time":"2026-01-02T03:04:05.006Z","principal":"local","tool":"t",' +
  '"decision":"deny","rules":["deny_tool:t"]}\n';

function openLog(folder: string, more: Partial<LineFileOptions> = {}) {
  const clock = new FakeClock();
  const faults: [string, number][] = [];
  const path = join(folder, "decisions.jsonl");
  const log = openDecisionLog({
    path,
    clock,
    bytesMax: 1_000_000,
    onFault: (complaint, lines) => faults.push([complaint, lines]),
    ...more,
  });
  return { log, clock, faults, path };
}

Deno.test("the log of decisions writes a line for each, readable for its owner alone", async () => {
  using home = tempHome();
  const { log, path } = openLog(home.path);
  assert.equal(existsSync(path), false);
  log.note(ENTRY);
  log.note(ENTRY);
  await log.close();
  assert.equal(readFileSync(path, "utf8"), LINE + LINE);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

Deno.test("the log of decisions goes on behind what is there, and takes it from others", async () => {
  using home = tempHome();
  const { log, path } = openLog(home.path);
  writeFileSync(path, "earlier\n", { mode: 0o644 });
  log.note(ENTRY);
  await log.close();
  assert.equal(readFileSync(path, "utf8"), `earlier\n${LINE}`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

Deno.test("the log of decisions gathers lines for a moment, with one timer", async () => {
  using home = tempHome();
  const { log, clock, path } = openLog(home.path);
  for (let line = 0; line < 5; line++) log.note(ENTRY);
  assert.equal(clock.timers, 1);
  assert.equal(existsSync(path), false);
  clock.advance(GATHER_MS);
  assert.equal(clock.timers, 0);
  assert.equal(readFileSync(path, "utf8"), LINE.repeat(5));
  await log.close();
  assert.equal(clock.timers, 0);
});

Deno.test("the log of decisions begins a new file when one is full, and keeps a few", async () => {
  using home = tempHome();
  const { log, path } = openLog(home.path, { bytesMax: 2 * LINE.length });
  const read = (name: string) => readFileSync(join(home.path, name), "utf8");
  for (let tool = 1; tool <= 9; tool++) {
    log.note({ ...ENTRY, tool: String(tool) });
    await log.close();
  }
  const numbers = (text: string) => [...text.matchAll(/"tool":"(\d)"/g)].map(([, tool]) => tool);
  assert.deepEqual(numbers(read("decisions.jsonl")), ["9"]);
  assert.deepEqual(numbers(read("decisions.1.jsonl")), ["7", "8"]);
  assert.deepEqual(numbers(read("decisions.2.jsonl")), ["5", "6"]);
  assert.equal(existsSync(path.replace(".jsonl", `.${OLD_FILES_MAX + 1}.jsonl`)), false);
});

Deno.test("the log of decisions reports lines that it cannot write, and goes on", async () => {
  using home = tempHome();
  const { log, faults, path } = openLog(home.path);
  mkdirSync(path);
  log.note(ENTRY);
  await log.close();
  assert.equal(faults.length, 1);
  assert.equal(faults[0]?.[1], 1);
});

Deno.test("the log of decisions drops and counts lines beyond those that may wait", async () => {
  using home = tempHome();
  const { log, faults, path } = openLog(home.path);
  for (let line = 0; line < 10_003; line++) log.note(ENTRY);
  await log.close();
  assert.deepEqual(faults, [["Too many lines waited to be written", 3]]);
  assert.equal(readFileSync(path, "utf8").length, 10_000 * LINE.length);
});
