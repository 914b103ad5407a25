import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { atOnce } from "../../../src/base/in_turns.ts";
import { Vocabulary } from "../../../src/memory/index/_vocabulary.ts";
import { FieldReader, FieldWriter } from "../../../src/memory/snapshot/snapshot_fields.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";

// More than one block of a snapshot.
const KEYS = 5_000;

/** As after a start from a snapshot of this one. */
function restarted(vocabulary: Vocabulary): Vocabulary {
  const out = new FieldWriter();
  atOnce(vocabulary.save(out));
  const bytes = Uint8Array.from(Buffer.concat(out.parts));
  const loaded = new Vocabulary();
  loaded.load(new FieldReader(bytes.buffer, 0));
  return loaded;
}

/** As after a start from a snapshot of these terms. */
function loaded(terms: Iterable<readonly [string, number]>): Vocabulary {
  const vocabulary = new Vocabulary();
  for (const [key, number] of terms) vocabulary.add(key, number);
  return restarted(vocabulary);
}

function sorted(terms: Iterable<readonly [string, number]>): unknown {
  return [...terms].map(([key, number]) => `${key} ${number}`).sort();
}

Deno.test("Vocabulary knows what a Map knows over starts, additions and deletions", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const scripts = ["w", "слово", "単語", "é", "=w", "\ud800"];
  const keyOf = () => `${scripts[random(scripts.length)]}${random(KEYS)}`;
  const model = new Map<string, number>();
  let vocabulary = loaded(model);
  for (let step = 0; step < 20_000; step++) {
    if (step % 4_001 === 4_000) vocabulary = restarted(vocabulary);
    const key = keyOf();
    assert.equal(vocabulary.get(key), model.get(key), `seed ${seed}, step ${step}`);
    if (random(4) === 0) {
      vocabulary.delete(key);
      model.delete(key);
    } else if (!model.has(key)) {
      vocabulary.add(key, step);
      model.set(key, step);
    }
    assert.equal(vocabulary.has(key), model.has(key), `seed ${seed}, step ${step}`);
    assert.equal(vocabulary.size, model.size, `seed ${seed}, step ${step}`);
  }
  assert.ok(model.size > 4_096, "there are two blocks");
  assert.deepEqual(sorted(vocabulary), sorted(model), `seed ${seed}`);
  assert.deepEqual([...vocabulary.keys()].sort(), [...model.keys()].sort(), `seed ${seed}`);
});

Deno.test("Vocabulary tells keys apart that begin, end or stand inside another one", () => {
  const vocabulary = loaded([["ab", 1], ["a", 2], ["abc", 3], ["bc", 4]]);
  const numbers = ["a", "ab", "abc", "bc", "b", "c", "", "cb"].map((key) => vocabulary.get(key));
  assert.deepEqual(numbers, [2, 1, 3, 4, undefined, undefined, undefined, undefined]);
});

Deno.test("Vocabulary gives a key that is added while it is walked, and none that went", () => {
  const vocabulary = loaded([["a", 1], ["b", 2], ["c", 3]]);
  const seen: string[] = [];
  for (const key of vocabulary.keys()) {
    seen.push(key);
    if (key !== "a") continue;
    vocabulary.delete("b");
    vocabulary.add("d", 4);
  }
  assert.deepEqual(seen, ["a", "c", "d"]);
  assert.deepEqual([vocabulary.size, vocabulary.get("b")], [3, undefined]);
  vocabulary.add("b", 5);
  vocabulary.delete("none");
  assert.deepEqual([vocabulary.size, vocabulary.get("b")], [4, 5]);
});

Deno.test("Vocabulary of a snapshot takes a share of the bytes of its texts in a Map", () => {
  const terms = Array.from({ length: KEYS }, (_, at) => [`word${at}`, at] as const);
  const added = new Vocabulary();
  for (const [key, number] of terms) added.add(key, number);
  assert.ok(loaded(terms).bytes < added.bytes / 2);
  assert.equal(new Vocabulary().bytes, 0);
});
