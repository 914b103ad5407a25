// What every AuditLog promises. A test file gives a way to open logs on one fresh place: each call opens
// another log on the same place, as another process would.

import assert from "node:assert/strict";
import type { AuditEntry, AuditLog } from "../../src/memory/audit_log.ts";

/** A fresh place for logs. */
export interface AuditLogPlace extends Disposable {
  open(): AuditLog;
  /** Everything that is there now, oldest first, each line as an object. */
  lines(): readonly Readonly<Record<string, unknown>>[];
  /** From now on nothing can be written there. */
  fail(): void;
  /** Until now. */
  recover(): void;
}

const BY = { principal: "ada", client: "editor", via: "memory_add_fact" };
const MADE_ID = "1m7z75f644tpgwj8m6";
const ADDED: AuditEntry = {
  action: "added",
  namespace: "team",
  kind: "pattern",
  name: MADE_ID,
  revision: 7,
};

/** Registers the tests of the contract. */
export function testAuditLog(kind: string, place: () => AuditLogPlace): void {
  const test = (name: string, body: (place: AuditLogPlace) => Promise<void>) =>
    Deno.test(`AuditLog of ${kind} ${name}`, async () => {
      using fresh = place();
      await body(fresh);
    });

  test("has noted an entry, with who did it, when note() is done", async (fresh) => {
    await fresh.open().note(BY, [ADDED]);
    const [line] = fresh.lines();
    assert.deepEqual(line, {
      time: "2026-01-01T00:00:00.000Z",
      action: "added",
      namespace: "team",
      kind: "pattern",
      id: MADE_ID,
      principal: "ada",
      via: "memory_add_fact",
      client: "editor",
      revision: 7,
    });
  });

  test("keeps the entries of a write together and in order", async (fresh) => {
    const [one, other] = [fresh.open(), fresh.open()];
    const write = (revision: number) =>
      [ADDED, { ...ADDED, action: "superseded" as const }]
        .map((entry) => ({ ...entry, revision }));
    await Promise.all([1, 2, 3].flatMap((at) => [
      one.note(BY, write(at)),
      other.note(BY, write(at + 10)),
    ]));
    const lines = fresh.lines().map(({ action, revision }) => `${action} ${revision}`);
    assert.equal(lines.length, 12);
    for (const revision of [1, 2, 3, 11, 12, 13]) {
      const at = lines.indexOf(`added ${revision}`);
      assert.equal(lines[at + 1], `superseded ${revision}`);
    }
  });

  test("holds nothing that anybody chose, and says the same of the same", async (fresh) => {
    const log = fresh.open();
    const chosen = { ...ADDED, name: "my secret id", cause: "another secret" };
    await log.note(BY, [chosen, chosen, { ...chosen, namespace: "other" }]);
    const lines = fresh.lines();
    assert.doesNotMatch(JSON.stringify(lines), /secret/);
    const [first, same, elsewhere] = lines;
    assert.match(String(first?.["id"]), /^#[0-9a-f]{16}$/);
    assert.equal(first?.["id"], same?.["id"]);
    assert.notEqual(first?.["id"], elsewhere?.["id"]);
    assert.notEqual(first?.["id"], first?.["by"]);
  });

  test("does not fail a write, and says afterwards how much it has missed", async (fresh) => {
    const log = fresh.open();
    fresh.fail();
    await log.note(BY, [ADDED, ADDED]);
    await log.note(BY, [ADDED]);
    fresh.recover();
    await log.note(BY, [{ ...ADDED, revision: 8 }]);
    await log.note(BY, [{ ...ADDED, revision: 9 }]);
    const lines = fresh.lines().map(({ action, count, revision }) => [action, count ?? revision]);
    assert.deepEqual(lines, [["lost", 3], ["added", 8], ["added", 9]]);
  });

  test("notes nothing of nothing", async (fresh) => {
    await fresh.open().note(BY, []);
    assert.deepEqual(fresh.lines(), []);
  });
}
