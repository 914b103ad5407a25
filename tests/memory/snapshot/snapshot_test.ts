import assert from "node:assert/strict";
import { atOnce } from "../../../src/base/in_turns.ts";
import { CandidateSearch } from "../../../src/memory/ranking/candidates.ts";
import { search } from "../../../src/memory/ranking/search.ts";
import { readSnapshot, writeSnapshot } from "../../../src/memory/snapshot/_snapshot.ts";
import { FieldReader, FieldWriter } from "../../../src/memory/snapshot/snapshot_fields.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import type { SnapshotSource } from "../../../src/memory/snapshot_files.ts";
import { createTokenizer, type Tokenizer } from "../../../src/memory/tokenizer.ts";
import { RandomFacts } from "../_random_facts.ts";

const OWNER = { identity: 4_711, namespace: "default", terms: "as in this program" };

function indexOf(random: RandomFacts, facts: number): TextIndex {
  const index = new TextIndex(createTokenizer());
  for (let number = 0; number < facts; number++) {
    const source = number % 4 === 0 ? { source: `chat ${number % 20}` } : { client: "c" };
    index.put({ ...random.row(number), ...source });
  }
  const gone = Array.from({ length: Math.ceil(facts / 9) }, (_, nth) => `f${nth * 9}`);
  atOnce(index.removeUnknown(gone));
  return index;
}

function written(index: TextIndex): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const target = {
    write: (piece: Uint8Array, at: number) => piece.forEach((byte, nth) => bytes[at + nth] = byte),
    commit: () => Promise.resolve(true),
    abandon: () => {},
  };
  atOnce(writeSnapshot(target, index, { ...OWNER, revision: 12, course: 8 }));
  return Uint8Array.from(bytes);
}

function sourceOf(bytes: Uint8Array<ArrayBuffer>): SnapshotSource {
  return {
    bytes: bytes.length,
    read(into, at) {
      const piece = bytes.subarray(at, at + into.length);
      into.set(piece);
      return piece.length === into.length;
    },
    close: () => {},
  };
}

function read(bytes: Uint8Array<ArrayBuffer>, tokenizer: Tokenizer = createTokenizer()) {
  return atOnce(readSnapshot(sourceOf(bytes), OWNER, tokenizer));
}

for (const seed of [3, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`a snapshot gives an index that answers and grows as the old one, seed ${seed}`, () => {
    const random = new RandomFacts(seed);
    const index = indexOf(random, 1_500);
    let asked = 0;
    const { terms, pieces } = createTokenizer();
    const tokenizer: Tokenizer = {
      terms(text, use) {
        asked++;
        return terms(text, use);
      },
      pieces(text, use) {
        asked++;
        return pieces(text, use);
      },
    };
    const loaded = read(written(index), tokenizer);
    assert.ok("index" in loaded);
    assert.deepEqual([loaded.revision, loaded.course], [12, 8]);
    assert.equal(asked, 0);
    const pair = [index, loaded.index].map((one) => ({
      index: one,
      candidates: new CandidateSearch(one),
      tokenizer: createTokenizer(),
      links: { exist: () => false, of: () => [] },
      nowMs: 60,
    }));
    for (let round = 0; round < 60; round++) {
      const text = random.text(1 + round % 7);
      const [before, after] = pair.map((options) => search({ text, k: 20 }, options));
      assert.deepEqual(after, before);
      const row = random.row(2_000 + round);
      const retagged = { ...random.row(1 + round), tags: random.tags(), revision: 9_000 + round };
      for (const one of pair) {
        one.index.put(row);
        if (one.index.table.slotOf(retagged.id) === undefined) one.index.put(retagged);
        else atOnce(one.index.removeUnknown([retagged.id]));
      }
    }
  });
}

Deno.test("a snapshot that is cut at any length is refused", () => {
  const bytes = written(indexOf(new RandomFacts(1), 60));
  for (let length = 0; length < bytes.length; length++) {
    assert.ok("refused" in read(bytes.slice(0, length)), `cut at ${length}`);
  }
  assert.ok("refused" in read(Uint8Array.from([...bytes, 0])));
});

Deno.test("a snapshot with any byte flipped is refused", () => {
  const bytes = written(indexOf(new RandomFacts(2), 60));
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << at % 8);
    assert.ok("refused" in read(flipped), `byte ${at}`);
  }
});

Deno.test("a snapshot of somebody else is refused with the reason", () => {
  const source = () => sourceOf(written(indexOf(new RandomFacts(4), 20)));
  const reasons = [
    { ...OWNER, identity: 1 },
    { ...OWNER, namespace: "other" },
    { ...OWNER, terms: "in another way" },
  ].map((owner) => {
    const found = atOnce(readSnapshot(source(), owner, createTokenizer()));
    return "refused" in found ? found.refused : "none";
  });
  assert.deepEqual(reasons, [
    "it belongs to another database",
    "it belongs to another namespace",
    "another program has taken the texts apart",
  ]);
});

Deno.test("the fields of a snapshot keep any text and any length of a column", () => {
  const texts = ["", "plain", "Grüße", "東京", "\ud800 alone", "😀", "x".repeat(5_000)];
  const out = new FieldWriter();
  out.column(Uint8Array.of(1, 2, 3));
  atOnce(out.texts([...texts, ...Array.from({ length: 9_000 }, (_, at) => `t${at}`)]));
  out.column(new Float64Array(0));
  out.numbers([Infinity, -0.5]);
  const bytes = Uint8Array.from(out.parts.flatMap((part) => [...part]));
  const from = new FieldReader(bytes.buffer, 0);
  assert.deepEqual([...from.column(Uint8Array)], [1, 2, 3]);
  const read = atOnce(from.texts());
  assert.deepEqual(read.slice(0, texts.length), texts);
  assert.equal(read.at(-1), "t8999");
  assert.equal(from.column(Float64Array).length, 0);
  assert.deepEqual(from.numbers(), [Infinity, -0.5]);
});
