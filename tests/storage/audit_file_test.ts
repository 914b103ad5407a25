import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type AuditFileOptions, openAuditFile } from "../../src/storage/audit_file.ts";
import { testAuditLog } from "../contract/audit_log_contract.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

const BY = { principal: "ada", via: "memory_delete" };

function openIn(folder: string, more: Partial<AuditFileOptions> = {}) {
  const faults: string[] = [];
  const recovered: number[] = [];
  const path = join(folder, "audit.jsonl");
  const audit = openAuditFile({
    path,
    bytesMax: 1_000_000,
    oldFilesMax: 2,
    clock: new FakeClock(Date.UTC(2026, 0, 1)),
    onFault: (complaint) => faults.push(complaint),
    onRecovered: (lines) => recovered.push(lines),
    ...more,
  });
  return { audit, path, faults, recovered };
}

testAuditLog("a file", () => {
  const home = tempHome();
  const path = join(home.path, "audit.jsonl");
  return {
    open: () => openIn(home.path).audit,
    lines: () =>
      existsSync(path)
        ? readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line))
        : [],
    fail: () => mkdirSync(path),
    recover: () => rmdirSync(path),
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
});

Deno.test("the audit is for its owner alone, and is made with its first line", async () => {
  using home = tempHome();
  const { audit, path } = openIn(home.path);
  assert.equal(existsSync(path), false);
  await audit.note(BY, [{ action: "exported" }]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

Deno.test("the audit reports a disk that takes nothing once, counts lines, and says when it is over", async () => {
  using home = tempHome();
  const { audit, path, faults, recovered } = openIn(home.path);
  mkdirSync(path);
  for (let write = 0; write < 3; write++) await audit.note(BY, [{ action: "erased" }]);
  assert.equal(faults.length, 1);
  assert.equal(audit.linesLost, 3);
  assert.deepEqual(recovered, []);
  rmdirSync(path);
  await audit.note(BY, [{ action: "erased" }]);
  assert.deepEqual(recovered, [3]);
  assert.equal(audit.linesLost, 3);
});

Deno.test("the audit begins a new file when one is full, and keeps as many as it is told", async () => {
  using home = tempHome();
  const { audit } = openIn(home.path, { bytesMax: 200, oldFilesMax: 3 });
  for (let revision = 1; revision <= 12; revision++) {
    await audit.note(BY, [{ action: "erased", revision }]);
  }
  const revisions = (name: string) =>
    [...readFileSync(join(home.path, name), "utf8").matchAll(/"revision":(\d+)/g)]
      .map(([, revision]) => Number(revision));
  const names = readdirSync(home.path).filter((name) => name.endsWith(".jsonl")).sort();
  assert.deepEqual(names, ["audit.1.jsonl", "audit.2.jsonl", "audit.3.jsonl", "audit.jsonl"]);
  const kept = ["audit.3.jsonl", "audit.2.jsonl", "audit.1.jsonl", "audit.jsonl"].flatMap(
    revisions,
  );
  assert.equal(kept.at(-1), 12);
  assert.deepEqual(kept, kept.map((_, at) => 12 - kept.length + 1 + at));
});

Deno.test("the audit takes more lines of one write than go into a piece", async () => {
  using home = tempHome();
  const { audit, path } = openIn(home.path, { bytesMax: 1_000_000_000 });
  const entries = Array.from({ length: 10_000 }, (_, revision) => ({
    action: "invalidated" as const,
    revision,
  }));
  await audit.note(BY, entries);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).revision), entries.map((_, at) => at));
});
