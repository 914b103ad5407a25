// What every MemoryStore must do, whatever it keeps its rows in. An implementation runs this suite
// with a way to open itself; `open()` called again on the same place is another process.

import assert from "node:assert/strict";
import { FORGETTING_PROMISES } from "./_forgetting_promises.ts";
import {
  NOW_MS,
  row,
  ROW_BYTES,
  type StorePlace,
  type StoreTest,
  withStore,
} from "./_memory_store.ts";

const LOOKUP = { namespace: "default", subject: "Deploy key", atMs: NOW_MS };

const START = { revision: 0, number: 0 };

const TESTS: Readonly<Record<string, StoreTest>> = {
  "write() keeps every field of a row over a restart": async (place) => {
    const stored = row({ expiresAtMs: NOW_MS + 9, needsReview: true, isConstraint: true });
    await withStore(place, async (store) => {
      await store.write((transaction) => transaction.insert(stored));
    });
    await withStore(place, async (store) => {
      assert.deepEqual(store.facts("default", ["a", "none"]), [
        { ...stored, revision: 1 },
        undefined,
      ]);
      await Promise.resolve();
    });
  },

  "write() numbers its revisions without gaps and undoes a write that throws": (place) =>
    withStore(place, async (store) => {
      const results = await Promise.allSettled([
        store.write((transaction) => transaction.insert(row())),
        store.write((transaction) => {
          transaction.insert(row({ id: "undone" }));
          throw new Error("refused");
        }),
        store.write((transaction) => transaction.insert(row({ id: "b" }))),
      ]);
      assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
      const { rows } = store.changesSince(START, 10);
      assert.deepEqual(rows.map(({ id, revision }) => [id, revision]), [["a", 1], ["b", 2]]);
      assert.equal(store.revision(), 2);
    }),

  "insert() refuses an id that its namespace has and takes it in another one": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => transaction.insert(row()));
      await assert.rejects(store.write((transaction) => transaction.insert(row())));
      await store.write((transaction) => transaction.insert(row({ namespace: "other" })));
      assert.equal(store.facts("other", ["a"])[0]?.namespace, "other");
    }),

  "update() changes a row under a new revision and keeps the counts": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => transaction.insert(row()));
      const counts = await store.write((transaction) => {
        const known = transaction.fact("default", "a");
        assert.ok(known);
        const ended = { ...known, state: "superseded" as const, supersededBy: "b", validToMs: 7 };
        transaction.update(ended, NOW_MS);
        return transaction.counts("default");
      });
      assert.deepEqual(counts, { facts: 1, live: 0, bytes: ROW_BYTES });
      const [changed] = store.changesSince({ revision: 2, number: 0 }, 10).rows;
      assert.deepEqual(
        changed,
        row({ state: "superseded", supersededBy: "b", validToMs: 7, revision: 2 }),
      );
      assert.deepEqual(store.changesSince({ revision: 3, number: 0 }, 10).rows, []);
    }),

  "lastingDuplicate() finds the same kind, subject and body, live and unexpired": (place) =>
    withStore(place, async (store) => {
      const found = await store.write((transaction) => {
        transaction.insert(row({ expiresAtMs: NOW_MS + 1 }));
        const drafts = [
          row({ id: "new" }),
          row({ id: "new", kind: "decision" }),
          row({ id: "new", body: "another" }),
          row({ id: "new", namespace: "other" }),
          row({ id: "new", recordedMs: NOW_MS + 1 }),
        ];
        return drafts.map((draft) => transaction.lastingDuplicate(draft)?.id);
      });
      assert.deepEqual(found, ["a", undefined, undefined, undefined, undefined]);
    }),

  "lastingWithSubject() gives the newest first and leaves out what ended": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        transaction.insert(row({ id: "old", validFromMs: 1 }));
        transaction.insert(row({ id: "new", validFromMs: 2 }));
        transaction.insert(row({ id: "expired", expiresAtMs: NOW_MS }));
        transaction.insert(row({ id: "gone", state: "superseded" }));
        transaction.insert(row({ id: "else", subject: "deploy key" }));
        const ids = transaction.lastingWithSubject(LOOKUP, 10).map(({ id }) => id);
        assert.deepEqual(ids, ["new", "old"]);
        const firstOnly = transaction.lastingWithSubject(LOOKUP, 1).map(({ id }) => id);
        assert.deepEqual(firstOnly, ids.slice(0, 1));
        assert.deepEqual(transaction.lastingWithSubject({ ...LOOKUP, kind: "identity" }, 10), []);
        const kind = "pattern";
        assert.equal(transaction.lastingWithSubject({ ...LOOKUP, kind }, 10).length, ids.length);
        assert.deepEqual(transaction.newestWithSubject(LOOKUP, 1).map(({ id }) => id), ["new"]);
        assert.equal(transaction.countWithSubject(LOOKUP, 10), 2);
        assert.equal(transaction.countWithSubject(LOOKUP, 1), 1);
      });
    }),

  "link() keeps an edge once and referringTo() reads it backwards": (place) =>
    withStore(place, async (store) => {
      const referring = await store.write((transaction) => {
        for (const fromId of ["c", "b", "b"]) {
          transaction.link({ namespace: "default", fromId, kind: "cites_premise", toId: "a" });
        }
        return ["cites_premise", "depends_on"].map((kind) =>
          // Both are edge kinds.
          transaction.referringTo("default", "a", kind as "cites_premise" | "depends_on")
        );
      });
      assert.deepEqual(referring, [["b", "c"], []]);
    }),

  "namespaces() counts the namespaces that hold a fact": (place) =>
    withStore(place, async (store) => {
      const count = await store.write((transaction) => {
        transaction.insert(row());
        transaction.insert(row({ namespace: "other" }));
        return transaction.namespaces();
      });
      assert.equal(count, 2);
      const unknown = await store.write((transaction) => transaction.counts("none"));
      assert.deepEqual(unknown, { facts: 0, live: 0, bytes: 0 });
    }),

  "counts() gives the bytes of all texts of a namespace, and erase() takes them away": (place) =>
    withStore(place, async (store) => {
      const other = row({ id: "b", subject: "é", body: "🔑🔑" });
      const [both, left] = await store.write((transaction) => {
        transaction.insert(row());
        transaction.insert(other);
        transaction.insert(row({ namespace: "other" }));
        const before = transaction.counts("default").bytes;
        transaction.erase(row());
        return [before, transaction.counts("default").bytes];
      });
      assert.deepEqual([both, left], [ROW_BYTES + 10, 10]);
      const kept = await store.write((transaction) => transaction.counts("default").bytes);
      assert.equal(kept, 10);
    }),

  "dataVersion() tells of another process's write, and changesSince() gives it": async (place) => {
    const other = place.open();
    await withStore(place, async (store) => {
      const before = store.dataVersion();
      await store.write((transaction) => transaction.insert(row()));
      assert.equal(store.dataVersion(), before);
      await other.store.write((transaction) => transaction.insert(row({ id: "b" })));
      assert.notEqual(store.dataVersion(), before);
      const { rows } = store.changesSince({ revision: 2, number: 0 }, 10);
      assert.deepEqual(rows.map(({ id }) => id), ["b"]);
      assert.equal(store.revision(), 2);
    });
    await other.close();
  },

  "changesSince() and changesIn() give what changed after a place, in order and by pages": (
    place,
  ) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        for (const id of ["c", "b", "a"]) transaction.insert(row({ id }));
      });
      await store.write((transaction) => transaction.insert(row({ namespace: "other" })));
      await store.write((transaction) => {
        const known = transaction.fact("default", "c");
        assert.ok(known);
        transaction.update({ ...known, tags: [] }, NOW_MS);
      });
      const start = START;
      const all = store.changesSince(start, 3);
      const others = store.changesSince(all.end, 3);
      assert.deepEqual(
        [...all.rows, ...others.rows].map(({ namespace, id, revision }) =>
          `${namespace} ${id} ${revision}`
        ),
        ["default b 1", "default a 1", "other a 2", "default c 3"],
      );
      assert.deepEqual(store.changesSince(others.end, 3), { rows: [], end: others.end });
      const first = store.changesIn("default", start, 1);
      const rest = store.changesIn("default", first.end, 10);
      const ids = [...first.rows, ...rest.rows].map(({ id, revision }) => [id, revision]);
      assert.deepEqual(ids, [["b", 1], ["a", 1], ["c", 3]]);
      assert.deepEqual(store.changesIn("default", rest.end, 10), { rows: [], end: rest.end });
      const later = store.changesIn("default", { revision: 2, number: 0 }, 10);
      assert.deepEqual(later.rows.map(({ id }) => id), ["c"]);
      assert.deepEqual(store.changesIn("none", start, 10).rows, []);
    }),

  "inOrderOfId() gives the facts of a namespace by pages": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => {
        for (const id of ["c", "a", "b"]) transaction.insert(row({ id }));
        transaction.insert(row({ namespace: "other", id: "d" }));
      });
      const idsAfter = (id: string, limit: number) =>
        store.inOrderOfId("default", id, limit).map((found) => found.id);
      assert.deepEqual(idsAfter("", 2), ["a", "b"]);
      assert.deepEqual(idsAfter("b", 2), ["c"]);
      assert.deepEqual(idsAfter("c", 2), []);
    }),

  "totals() counts live facts and the namespaces that hold any": (place) =>
    withStore(place, async (store) => {
      assert.deepEqual(store.totals(), { live: 0, namespaces: 0 });
      await store.write((transaction) => {
        transaction.insert(row());
        transaction.insert(row({ namespace: "other", state: "superseded" }));
      });
      assert.deepEqual(store.totals(), { live: 1, namespaces: 2 });
    }),

  "identity() stays the same over a restart": async (place) => {
    const identities: number[] = [];
    for (let start = 0; start < 2; start++) {
      await withStore(place, (store) => Promise.resolve(void identities.push(store.identity())));
    }
    assert.ok(Number.isSafeInteger(identities[0]) && identities[0] !== 0);
    assert.equal(identities[0], identities[1]);
  },

  "lastErasures() names each namespace with the last revision": (place) =>
    withStore(place, async (store) => {
      for (const id of ["a", "b", "c"]) {
        const namespace = id === "c" ? "other" : "default";
        await store.write((transaction) => transaction.insert(row({ namespace, id })));
        const [stored] = store.facts(namespace, [id]);
        assert.ok(stored !== undefined);
        await store.write((transaction) => transaction.erase(stored));
      }
      const last = [{ namespace: "default", revision: 4 }, { namespace: "other", revision: 6 }];
      assert.deepEqual(store.lastErasures(), last);
    }),

  "courseAt() stays the same, and changes with the first write after a restart": async (place) => {
    const courses: number[] = [];
    for (let start = 0; start < 3; start++) {
      await withStore(place, async (store) => {
        const before = store.revision();
        for (let at = 0; at < 2; at++) {
          await store.write((transaction) => transaction.insert(row({ id: `${start} ${at}` })));
        }
        assert.equal(store.courseAt(before + 1), store.courseAt(before + 2));
        courses.push(store.courseAt(before + 2));
        assert.deepEqual(courses.map((_, nth) => store.courseAt(2 * (nth + 1))), courses);
      });
    }
    assert.equal(new Set(courses).size, 3);
  },

  "databaseBytes() is more than nothing": (place) =>
    withStore(place, async (store) => {
      await store.write((transaction) => transaction.insert(row()));
      assert.ok(store.databaseBytes() > 0);
    }),
};

/** Registers the suite under the name of an implementation. */
export function testMemoryStore(name: string, createPlace: () => StorePlace): void {
  for (const [promise, test] of Object.entries({ ...TESTS, ...FORGETTING_PROMISES })) {
    Deno.test(`${name}: ${promise}`, async () => {
      using place = createPlace();
      await test(place);
    });
  }
}
