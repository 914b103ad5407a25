import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { openAuditFile } from "../../src/storage/audit_file.ts";
import { type AuditFilter, readAudit } from "../../src/storage/audit_reader.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

const START_MS = Date.UTC(2026, 0, 1);
const MADE_ID = "1m7z75f644tpgwj8m6";

/** Seven entries, a second after each other, over several files. */
async function filled(folder: string) {
  const clock = new FakeClock(START_MS);
  const path = join(folder, "audit.jsonl");
  const oldFilesMax = 9;
  const audit = openAuditFile({ path, bytesMax: 400, oldFilesMax, clock, onFault: assert.fail });
  const [ada, ben] = ["ada", "ben"].map((principal) => ({ principal, via: "a tool" }));
  assert.ok(ada && ben);
  const fact = { kind: "pattern", namespace: "team" };
  for (
    const [by, entry] of [
      [ada, { action: "added", ...fact, name: "mine", revision: 1 }],
      [ben, { action: "added", ...fact, name: MADE_ID, revision: 2 }],
      [ben, { action: "superseded", ...fact, name: "mine", cause: MADE_ID, revision: 2 }],
      [ada, { action: "added", ...fact, namespace: "other", name: "mine", revision: 3 }],
      [ada, { action: "exported" }],
      [ben, { action: "erased", ...fact, name: MADE_ID, revision: 4 }],
      [ben, { action: "added", ...fact, name: "yours", revision: 5 }],
    ] as const
  ) {
    await audit.note(by, [entry]);
    clock.advance(1_000);
  }
  const read = (filter: Partial<AuditFilter> = {}) =>
    readAudit({ path, oldFilesMax, filter: { limit: 100, ...filter } });
  const seconds = async (filter: Partial<AuditFilter>) =>
    (await read(filter)).lines.map(({ time }) => (Date.parse(time) - START_MS) / 1_000);
  return { path, read, seconds };
}

Deno.test("readAudit() gives the lines of all files, oldest first", async () => {
  using home = tempHome();
  const { seconds, read } = await filled(home.path);
  assert.deepEqual(await seconds({}), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal((await read()).hasMore, false);
});

Deno.test("readAudit() gives the last ones when there are more than are wanted", async () => {
  using home = tempHome();
  const { read, seconds } = await filled(home.path);
  for (const [limit, wanted] of [[1, [6]], [3, [4, 5, 6]], [6, [1, 2, 3, 4, 5, 6]]] as const) {
    assert.deepEqual(await seconds({ limit }), wanted);
    assert.equal((await read({ limit })).hasMore, true);
  }
  assert.equal((await read({ limit: 7 })).hasMore, false);
});

Deno.test("readAudit() takes each filter, and all of them together", async () => {
  using home = tempHome();
  const { seconds } = await filled(home.path);
  assert.deepEqual(await seconds({ principal: "ada" }), [0, 3, 4]);
  assert.deepEqual(await seconds({ action: "added" }), [0, 1, 3, 6]);
  assert.deepEqual(await seconds({ namespace: "other" }), [3]);
  assert.deepEqual(await seconds({ sinceMs: START_MS + 2_000 }), [2, 3, 4, 5, 6]);
  assert.deepEqual(await seconds({ untilMs: START_MS + 2_000 }), [0, 1]);
  assert.deepEqual(await seconds({ principal: "ben", action: "added", namespace: "team" }), [1, 6]);
  assert.deepEqual(await seconds({ principal: "nobody" }), []);
});

Deno.test("readAudit() finds what was done to a fact and by it, by the id that its owner knows", async () => {
  using home = tempHome();
  const { seconds, read } = await filled(home.path);
  assert.deepEqual(await seconds({ id: "mine" }), [0, 2, 3]);
  assert.deepEqual(await seconds({ id: "mine", namespace: "team" }), [0, 2]);
  assert.deepEqual(await seconds({ id: MADE_ID }), [1, 2, 5]);
  const [shown] = (await read()).lines;
  // The digest of one namespace is not that of another.
  assert.deepEqual(await seconds({ id: shown?.id ?? "" }), [0, 2]);
});

Deno.test("readAudit() passes over what is no line, and counts it", async () => {
  using home = tempHome();
  const { path, read } = await filled(home.path);
  appendFileSync(path, '{"time":"2026\n\n[]\nnull\n{"time":1}\nx'.padEnd(70_000, "x"));
  const { lines, unreadable } = await read();
  assert.equal(lines.length, 7);
  assert.equal(unreadable, 5);
});

Deno.test("readAudit() finds nothing where there is no audit", async () => {
  using home = tempHome();
  const filter = { limit: 1 };
  const report = await readAudit({ path: join(home.path, "none"), oldFilesMax: 1, filter });
  assert.deepEqual(report, { lines: [], hasMore: false, unreadable: 0 });
});
