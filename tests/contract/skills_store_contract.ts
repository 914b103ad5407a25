// What every SkillStore promises. A test file gives a way to open stores on one fresh place: each
// call opens another store on the same place, as another process would.

import assert from "node:assert/strict";
import type { SkillRow, SkillStore } from "../../src/skills/store.ts";

/** A fresh place for stores. */
export interface SkillStorePlace extends AsyncDisposable {
  /** Opens a store on the place; disposing of the place closes it. */
  open(): SkillStore;
}

/** A row as the engine would insert it. */
export function skillRow(name: string, more: Partial<SkillRow> = {}): SkillRow {
  return {
    namespace: "default",
    name,
    version: 1,
    taskKeywords: [],
    state: "current",
    successCount: 0,
    failCount: 0,
    recordedMs: 1_000,
    revision: 0,
    ...more,
  };
}

function names(rows: readonly SkillRow[]): readonly string[] {
  return rows.map((row) => `${row.namespace}/${row.name}@${row.version}`);
}

/** Registers the tests of the contract. */
export function testSkillStore(kind: string, place: () => SkillStorePlace): void {
  function test(name: string, body: TestBody): void {
    Deno.test(`SkillStore of ${kind} ${name}`, async () => {
      await using fresh = place();
      await body(() => fresh.open());
    });
  }
  testRows(test);
  testChanges(test);
  testSharing(test);
}

type TestBody = (open: () => SkillStore) => Promise<void>;
type Test = (name: string, body: TestBody) => void;

function testRows(test: Test): void {
  test("gives back every field as it was inserted", async (open) => {
    const store = open();
    const full = skillRow("deploy 🚀", {
      platform: "linux",
      persona: "ops",
      urlPattern: "https://*/x",
      description: "Zeile 1\nZeile 2",
      taskKeywords: ["a b", `"quoted"`],
      domain: "web",
      state: "superseded",
      supersededBy: "other",
      successCount: 3,
      failCount: 2,
      lastNote: "ok",
      lastReportedMs: 5,
    });
    const revision = await store.write((transaction) => {
      transaction.insert(full, "code\n");
      transaction.insert(skillRow("bare"), "x");
      return transaction.revision;
    });
    assert.deepEqual(store.newestOf("default"), [
      { ...full, revision },
      { ...skillRow("bare"), revision },
    ]);
    assert.equal(store.code("default", "deploy 🚀", 1), "code\n");
    assert.equal(store.code("default", "deploy 🚀", 2), undefined);
    assert.equal(store.code("other", "bare", 1), undefined);
  });

  test("tells namespaces apart and counts names, not versions", async (open) => {
    const store = open();
    assert.deepEqual(store.counts(), { skills: 0, namespaces: 0 });
    await store.write((transaction) => {
      transaction.insert(skillRow("a"), "1");
      transaction.update(skillRow("a", { state: "old" }));
      transaction.insert(skillRow("a", { version: 2 }), "2");
      transaction.insert(skillRow("b"), "1");
      transaction.insert(skillRow("a", { namespace: "team" }), "1");
      assert.equal(transaction.skills("default"), 2);
      assert.equal(transaction.skills("nowhere"), 0);
      assert.equal(transaction.namespaces(), 2);
    });
    assert.deepEqual(store.counts(), { skills: 3, namespaces: 2 });
    assert.deepEqual(names(store.newestOf("default")), ["default/a@2", "default/b@1"]);
    assert.deepEqual(names(store.newestOf("team")), ["team/a@1"]);
  });

  test("finds the newest version inside a transaction, its own writes included", async (open) => {
    const store = open();
    await store.write((transaction) => {
      assert.equal(transaction.newest("default", "a"), undefined);
      transaction.insert(skillRow("a"), "1");
      transaction.insert(skillRow("a", { version: 2 }), "2");
      assert.equal(transaction.newest("default", "a")?.version, 2);
      assert.equal(transaction.newest("default", "a")?.revision, transaction.revision);
      assert.equal(transaction.newest("team", "a"), undefined);
    });
  });
}

function testChanges(test: Test): void {
  test("drops versions up to one and keeps the rest", async (open) => {
    const store = open();
    await store.write((transaction) => {
      for (const version of [1, 2, 3]) transaction.insert(skillRow("a", { version }), "x");
      transaction.insert(skillRow("b"), "x");
      transaction.dropVersions("default", "a", 2);
    });
    assert.equal(store.code("default", "a", 2), undefined);
    assert.equal(store.code("default", "a", 3), "x");
    assert.equal(store.code("default", "b", 1), "x");
  });

  test("lists what changed since a revision, without outdated versions", async (open) => {
    const store = open();
    const first = await store.write((transaction) => {
      transaction.insert(skillRow("a"), "1");
      transaction.insert(skillRow("b"), "1");
      return transaction.revision;
    });
    assert.equal(store.revision(), first);
    assert.deepEqual(store.changesSince(first), []);
    await store.write((transaction) => {
      transaction.update(skillRow("a", { state: "old" }));
      transaction.insert(skillRow("a", { version: 2 }), "2");
    });
    assert.deepEqual(names(store.changesSince(first)), ["default/a@2"]);
    assert.deepEqual(names(store.changesSince(0)), ["default/b@1", "default/a@2"]);
  });

  test("undoes a write that throws, and only that one", async (open) => {
    const store = open();
    const kept = store.write((transaction) => transaction.insert(skillRow("kept"), "x"));
    const refused = store.write((transaction) => {
      transaction.insert(skillRow("gone"), "x");
      throw new Error("refused");
    });
    await assert.rejects(refused, /refused/);
    await kept;
    assert.deepEqual(names(store.newestOf("default")), ["default/kept@1"]);
    assert.deepEqual(store.counts(), { skills: 1, namespaces: 1 });
  });
}

function testSharing(test: Test): void {
  test("shows other stores on the place what is committed", async (open) => {
    const [one, two] = [open(), open()];
    const before = two.dataVersion();
    await one.write((transaction) => transaction.insert(skillRow("a"), "x"));
    assert.notEqual(two.dataVersion(), before);
    assert.deepEqual(names(two.newestOf("default")), ["default/a@1"]);
    assert.equal(two.revision(), one.revision());
  });

  test("loses no update of two stores that write at the same time", async (open) => {
    const stores = [open(), open()];
    await stores[0]?.write((transaction) => transaction.insert(skillRow("a"), "x"));
    await Promise.all(Array.from({ length: 40 }, (_, at) =>
      stores[at % 2]?.write((transaction) => {
        const row = transaction.newest("default", "a") ?? skillRow("a");
        transaction.update({ ...row, successCount: row.successCount + 1 });
      })));
    assert.equal(stores[1]?.newestOf("default")[0]?.successCount, 40);
  });
}
