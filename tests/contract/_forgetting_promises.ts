// The part of the suite of MemoryStore that is about forgetting, about status and reminders, and about
// what is read beside queries.

import assert from "node:assert/strict";
import type { EdgeKind } from "../../src/memory/store.ts";
import { NOW_MS, row, ROW_BYTES, type StoreTest, withStore } from "./_memory_store.ts";

/** What the store promises, and the test of it. */
export const FORGETTING_PROMISES: Readonly<Record<string, StoreTest>> = {
  "erase() takes the row, its edges and all mention of its id, and the id is spent": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        transaction.insert(row({ state: "superseded", supersededBy: "b" }));
        transaction.insert(row({ id: "b" }));
        transaction.insert(row({ id: "c" }));
        const edges = [["b", "supersedes", "a"], ["c", "depends_on", "b"]] as const;
        for (const [fromId, kind, toId] of edges) {
          transaction.link({ namespace: "default", fromId, kind, toId });
        }
      });
      await store.write((transaction) => {
        const known = transaction.fact("default", "b");
        assert.ok(known);
        transaction.update({ ...known, tags: [] }, NOW_MS);
        transaction.erase(known);
        assert.deepEqual(transaction.counts("default"), {
          facts: 2,
          live: 1,
          bytes: 2 * ROW_BYTES,
        });
        assert.deepEqual(transaction.referringTo("default", "b", "depends_on"), []);
        assert.deepEqual(transaction.referringTo("default", "a", "supersedes"), []);
        assert.ok(transaction.isErased("default", "b"));
        assert.ok(!transaction.isErased("default", "a") && !transaction.isErased("other", "b"));
      });
      const [a, b] = store.facts("default", ["a", "b"]);
      assert.deepEqual(a, row({ state: "superseded", revision: 2 }));
      assert.equal(b, undefined);
    }),

  "erasuresSince() names what was erased by later writes": (place) =>
    withStore(place, async (store) => {
      for (const id of ["a", "b"]) await store.write((one) => one.insert(row({ id })));
      for (const id of ["a", "b"]) {
        await store.write((transaction) => transaction.erase(row({ id })));
      }
      const erased = (revision: number, except?: ReadonlySet<number>) =>
        store.erasuresSince(revision, except).map(({ namespace, mayHold }) => [
          namespace,
          ["a", "b", "c"].filter(mayHold),
        ]);
      assert.deepEqual(erased(0), [["default", ["a", "b"]]]);
      assert.deepEqual(erased(3), [["default", ["b"]]]);
      assert.deepEqual(erased(4), []);
      assert.deepEqual(erased(0, new Set([4])), [["default", ["a"]]]);
      assert.deepEqual(erased(0, new Set([3, 4])), []);
      assert.deepEqual(await store.write((one) => one.namespaces()), 0);
    }),

  "scrubPending() is the last erasure until that was scrubbed": (place) =>
    withStore(place, async (store) => {
      assert.equal(store.scrubPending(), 0);
      await store.write((transaction) => transaction.insert(row()));
      await store.write((transaction) => transaction.erase(row()));
      assert.equal(store.scrubPending(), 2);
      await store.write((transaction) => transaction.setScrubbed(1));
      assert.equal(store.scrubPending(), 2);
      assert.equal(await store.scrub(), true);
      await store.write((transaction) => transaction.setScrubbed(2));
      assert.equal(store.scrubPending(), 0);
    }),

  "setStatus() keeps one status for a namespace until it is erased": (place) =>
    withStore(place, async (store) => {
      for (const body of ["one", "two"]) {
        await store.write((one) => one.setStatus("default", { body, updatedMs: NOW_MS }));
      }
      assert.deepEqual(store.status("default"), { body: "two", updatedMs: NOW_MS });
      assert.equal(store.status("other"), undefined);
      const answers = await store.write((one) =>
        ["default", "default"].map((name) => one.eraseStatus(name))
      );
      assert.deepEqual(answers, [true, false]);
      assert.equal(store.status("default"), undefined);
      assert.equal(store.scrubPending(), 3);
    }),

  "versions() gives every fact of a subject, newest first, whatever became of it": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        transaction.insert(row({ id: "old", validFromMs: 1, state: "superseded" }));
        transaction.insert(row({ id: "new", validFromMs: 3 }));
        transaction.insert(row({ id: "fell", validFromMs: 2, state: "invalidated" }));
        transaction.insert(row({ id: "else", subject: "deploy key" }));
        transaction.insert(row({ namespace: "other" }));
      });
      const ids = (limit: number) =>
        store.versions("default", "Deploy key", limit).map(({ id }) => id);
      assert.deepEqual(ids(9), ["new", "fell", "old"]);
      assert.deepEqual(ids(2), ["new", "fell"]);
    }),

  "supersessions() reads the edges that supersede both ways": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        const edges = [["b", "supersedes", "a"], ["c", "supersedes", "b"], [
          "d",
          "depends_on",
          "b",
        ]];
        for (const [fromId = "", kind, toId = ""] of edges) {
          // All of them are edge kinds.
          transaction.link({ namespace: "default", fromId, kind: kind as "supersedes", toId });
        }
      });
      assert.deepEqual(store.supersessions("default", "b", 9), ["a", "c"]);
      assert.deepEqual(store.supersessions("default", "b", 1), ["a"]);
      assert.deepEqual(store.supersessions("other", "b", 9), []);
    }),

  "links() gives what a fact leads to, and what depends on it": (place) =>
    withStore(place, async (store) => {
      assert.equal(store.hasLinks("default"), false);
      const link = (fromId: string, kind: EdgeKind, toId: string) =>
        store.write((one) => one.link({ namespace: "default", fromId, kind, toId }));
      await link("b", "supersedes", "a");
      assert.equal(store.hasLinks("default"), false);
      await link("c", "depends_on", "b");
      await link("b", "depends_on", "e");
      await link("d", "cites_premise", "b");
      await link("b", "cites_premise", "f");
      assert.deepEqual([store.hasLinks("default"), store.hasLinks("other")], [true, false]);
      const found = (limit: number) =>
        store.links("default", "b", limit).map(({ kind, otherId, isOutgoing }) =>
          `${isOutgoing ? "" : "back "}${kind} ${otherId}`
        );
      const all = ["cites_premise f", "depends_on e", "back depends_on c", "supersedes a"];
      assert.deepEqual([found(9), found(2)], [all, all.slice(0, 2)]);
    }),

  "alwaysShown() gives the live facts of a role, newest first": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        transaction.insert(row({ id: "who", kind: "identity" }));
        transaction.insert(row({ id: "where", kind: "environment", isConstraint: true }));
        transaction.insert(row({ id: "must", kind: "constraint", validFromMs: 1 }));
        transaction.insert(row({ id: "ought", isConstraint: true, validFromMs: 2 }));
        transaction.insert(row({ id: "plain" }));
        transaction.insert(row({ id: "was", kind: "constraint", state: "superseded" }));
        transaction.insert(row({ id: "over", kind: "constraint", expiresAtMs: NOW_MS }));
        transaction.insert(row({ id: "later", kind: "constraint", validFromMs: NOW_MS + 1 }));
      });
      const ids = (role: "identity" | "environment" | "constraint", limit = 9) =>
        store.alwaysShown({ namespace: "default", role, atMs: NOW_MS }, limit).map(({ id }) => id);
      assert.deepEqual(ids("identity"), ["who"]);
      assert.deepEqual(ids("environment"), ["where"]);
      assert.deepEqual(ids("constraint"), ["where", "ought", "must"]);
      assert.deepEqual(ids("constraint", 1), ["where"]);
    }),

  "countOfBank() counts the live facts of a kind that an agent may be reminded of": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        transaction.insert(row({ kind: "procedural" }));
        transaction.insert(row({ id: "b", kind: "procedural", state: "superseded" }));
        transaction.insert(row({ id: "c", kind: "knowledge" }));
        transaction.insert(row({ id: "d" }));
        transaction.insert(row({ namespace: "other", kind: "procedural" }));
      });
      const kinds = ["procedural", "knowledge", "decision", "pattern"] as const;
      assert.deepEqual(
        kinds.map((kind) => store.countOfBank({ namespace: "default", kind, atMs: NOW_MS })),
        [1, 1, 0, 0],
      );
    }),

  "countReminder() counts by fact until the fact is erased": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => transaction.insert(row()));
      const counts = await store.write((one) =>
        [1, 2].map((nowMs) => one.countReminder("default", "a", nowMs))
      );
      assert.deepEqual(counts, [1, 2]);
      assert.deepEqual(store.reminders("default", ["none", "a"]), [0, 2]);
      await store.write((transaction) => transaction.erase(row()));
      assert.deepEqual(store.reminders("default", ["a"]), [0]);
    }),
};
