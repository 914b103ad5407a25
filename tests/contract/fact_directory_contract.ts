// What every FactDirectory promises, tried on facts that a MemoryStore of the same place has stored.

import assert from "node:assert/strict";
import {
  type FactDirectory,
  type ListedFact,
  MATCHES_COUNTED_MAX,
} from "../../src/memory/fact_directory.ts";
import type { FactRow, MemoryStore } from "../../src/memory/store.ts";
import { NOW_MS, row } from "./_memory_store.ts";

/** A directory over what a store holds; disposing closes both. */
export interface DirectoryPlace extends AsyncDisposable {
  readonly directory: FactDirectory;
  readonly store: MemoryStore;
}

const DAY_MS = 86_400_000;

/** Registers the promises for one implementation. */
export function testFactDirectory(name: string, open: () => DirectoryPlace): void {
  for (const [promise, body] of Object.entries({ ...PAGES, ...NAMES })) {
    Deno.test(`${name} ${promise}`, async () => {
      await using place = open();
      await body(place);
    });
  }
}

type Promises = Readonly<Record<string, (place: DirectoryPlace) => Promise<void>>>;

const PAGES: Promises = {
  "gives a fact by its id in whatever state, of its namespace alone": async (place) => {
    const { directory } = place;
    const [live, ended] = [row({ id: "a" }), row({ id: "b", state: "superseded" })];
    await store(place, [live, ended]);
    assert.deepEqual(directory.fact("default", "a"), { ...live, revision: 1 });
    assert.equal(directory.fact("default", "b")?.state, "superseded");
    for (const id of ["", "c", "A", "a "]) assert.equal(directory.fact("default", id), undefined);
    assert.equal(directory.fact("other", "a"), undefined);
  },

  "leads through all facts by pages, from the last id to the first": async (place) => {
    const ids = Array.from({ length: 250 }, (_, at) => `f${String(at).padStart(3, "0")}`);
    await store(place, ids.map((id) => row({ id, subject: `about ${id}` })));
    await store(place, [row({ id: "f100", namespace: "other" })]);
    const pages = pagesOf(place.directory, { limit: 100 });
    assert.deepEqual(pages.map((page) => page.length), [100, 100, 50]);
    assert.deepEqual(pages.flat().map(({ id }) => id), ids.toReversed());
    assert.deepEqual(pages[2]?.at(-1), {
      id: "f000",
      subject: "about f000",
      kind: "pattern",
      validFromMs: NOW_MS - 5,
    });
  },

  "has no page after one that is just full, and one empty page of nothing": async (place) => {
    assert.deepEqual(pagesOf(place.directory, { limit: 3 }), [[]]);
    await store(place, ["a", "b", "c"].map((id) => row({ id })));
    assert.deepEqual(pagesOf(place.directory, { limit: 3 }).map((page) => page.length), [3]);
    assert.deepEqual(pagesOf(place.directory, { limit: 2 }).map((page) => page.length), [2, 1]);
  },

  "lists the facts that hold at the time, and no others": async (place) => {
    const later = NOW_MS + DAY_MS;
    await store(place, [
      row({ id: "live" }),
      row({ id: "stored just now", validFromMs: later, recordedMs: later }),
      row({ id: "ends later", state: "superseded", validToMs: later }),
      row({ id: "expires later", expiresAtMs: later }),
      row({ id: "not yet", validFromMs: later }),
      row({ id: "ended", state: "superseded", validToMs: NOW_MS }),
      row({ id: "ended, no time", state: "invalidated" }),
      row({ id: "live until now", validToMs: NOW_MS }),
      row({ id: "expired", expiresAtMs: NOW_MS }),
    ]);
    const holding = pagesOf(place.directory, { limit: 100 }).flat().map(({ id }) => id);
    assert.deepEqual(holding, ["stored just now", "live", "expires later", "ends later"]);
  },

  "looks at a bounded number of rows for a page, and goes on behind them": async (place) => {
    await store(place, [row({ id: "a" })]);
    const ended = Array.from({ length: 1_000 }, (_, at) => `b${at}`);
    await store(place, ended.map((id) => row({ id, state: "superseded", validToMs: NOW_MS })));
    const pages = pagesOf(place.directory, { limit: 100 });
    assert.ok(pages.length > 1, `${pages.length} pages`);
    assert.deepEqual(pages.flat().map(({ id }) => id), ["a"]);
  },

  "leads on from an id that was erased meanwhile": async (place) => {
    await store(place, ["a", "b", "c"].map((id) => row({ id })));
    const { nextBeforeId } = pageOf(place.directory, { limit: 2 });
    assert.equal(nextBeforeId, "b");
    const erased = place.directory.fact("default", "b");
    assert.ok(erased);
    await place.store.write((transaction) => transaction.erase(erased));
    const { facts } = pageOf(place.directory, { limit: 2, beforeId: nextBeforeId });
    assert.deepEqual(facts.map(({ id }) => id), ["a"]);
  },
};

const NAMES: Promises = {
  "finds ids and subjects by how they begin, each once, in order": async (place) => {
    const { directory } = place;
    await store(place, [
      row({ id: "key-2", subject: "deploy key" }),
      row({ id: "key-1", subject: "deploy key", body: "another" }),
      row({ id: "k", subject: "deploy" }),
      row({ id: "x", subject: "Deploy key" }),
      row({ id: "old", subject: "deploy old", state: "superseded" }),
      row({ id: "key-3", subject: "deploy other", namespace: "other" }),
    ]);
    const ids = (prefix: string) => directory.ids({ namespace: "default", prefix, limit: 100 });
    const subjects = (prefix: string) =>
      directory.subjects({ namespace: "default", prefix, limit: 100 });
    assert.deepEqual(ids("key"), { values: ["key-1", "key-2"], total: 2, hasMore: false });
    assert.equal(ids("").total, 5);
    assert.deepEqual(ids("key-1").values, ["key-1"]);
    assert.deepEqual(ids("z"), { values: [], total: 0, hasMore: false });
    assert.deepEqual(subjects("deploy"), {
      values: ["deploy", "deploy key"],
      total: 2,
      hasMore: false,
    });
    assert.deepEqual(subjects("").values, ["Deploy key", "deploy", "deploy key"]);
  },

  "takes any text for a beginning": async (place) => {
    const ids = [
      "a",
      "é",
      "中文",
      "😀",
      "😀😀",
      "\ud7ff",
      "\ue000",
      "\u{10ffff}",
      "%",
      "_",
      "a_",
      "a%b",
    ];
    await store(place, ids.map((id) => row({ id, subject: id })));
    for (const prefix of ["", "a", "é", "中", "😀", "\ud7ff", "\u{10ffff}", "%", "_", "a%", "'"]) {
      const lookup = { namespace: "default", prefix, limit: 100 };
      const fitting = ids.filter((id) => id.startsWith(prefix)).sort(byCodePoints);
      assert.deepEqual(place.directory.ids(lookup).values, fitting, prefix);
      assert.deepEqual(place.directory.subjects(lookup).values, fitting, prefix);
    }
  },

  "gives as many as wanted, counts to its bound, and says when there are more": async (place) => {
    const ids = Array.from({ length: MATCHES_COUNTED_MAX + 1 }, (_, at) => `f${at}`);
    const lookup = (prefix: string) => ({ namespace: "default", prefix, limit: 100 });
    await store(place, ids.slice(1).map((id) => row({ id, subject: id })));
    for (const find of ["ids", "subjects"] as const) {
      const { values, total, hasMore } = place.directory[find](lookup("f"));
      assert.deepEqual([values.length, total, hasMore], [100, MATCHES_COUNTED_MAX, true]);
    }
    await store(place, [row({ id: "f0", subject: "f0" })]);
    for (const find of ["ids", "subjects"] as const) {
      const { values, total, hasMore } = place.directory[find](lookup("f"));
      assert.deepEqual([values.length, total, hasMore], [100, undefined, true]);
    }
  },

  "says how much there is, where, and when the last was stored": async (place) => {
    const { directory } = place;
    assert.equal(directory.lastStoredMs(), undefined);
    assert.equal(directory.liveFacts("default"), 0);
    assert.deepEqual(directory.namespaces(10), { names: [], total: 0 });
    await store(place, [
      row({ id: "a", recordedMs: NOW_MS }),
      row({ id: "b", state: "superseded", recordedMs: NOW_MS }),
      row({ id: "a", namespace: "team/b", recordedMs: NOW_MS }),
      row({ id: "a", namespace: "team/a", recordedMs: NOW_MS + 7 }),
    ]);
    assert.equal(directory.liveFacts("default"), 1);
    assert.deepEqual(directory.namespaces(2), { names: ["default", "team/a"], total: 3 });
    assert.equal(directory.lastStoredMs(), NOW_MS + 7);
  },
};

async function store(place: DirectoryPlace, rows: readonly FactRow[]): Promise<void> {
  await place.store.write((transaction) => {
    for (const each of rows) transaction.insert(each);
  });
}

function pageOf(
  directory: FactDirectory,
  { limit, beforeId }: { readonly limit: number; readonly beforeId?: string | undefined },
) {
  return directory.page({ namespace: "default", atMs: NOW_MS, limit, beforeId });
}

function pagesOf(
  directory: FactDirectory,
  { limit }: { readonly limit: number },
): readonly (readonly ListedFact[])[] {
  const pages: (readonly ListedFact[])[] = [];
  let beforeId: string | undefined;
  do {
    const page = pageOf(directory, { limit, beforeId });
    pages.push(page.facts);
    beforeId = page.nextBeforeId;
  } while (beforeId !== undefined);
  return pages;
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]].map((text) =>
    text.map((each) => each.codePointAt(0) ?? 0)
  );
  for (const [at, code] of (left ?? []).entries()) {
    const other = right?.[at];
    if (other === undefined) return 1;
    if (code !== other) return code - other;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}
