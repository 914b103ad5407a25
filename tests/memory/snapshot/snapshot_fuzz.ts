// Files of an index: one that was damaged anywhere is refused before anything in it is used. Whoever can
// make the checksum right again can write to the home, and needs no such file.

import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { atOnce } from "../../../src/base/in_turns.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import { readMoment, readSnapshot, writeSnapshot } from "../../../src/memory/snapshot/_snapshot.ts";
import type { SnapshotSource } from "../../../src/memory/snapshot_files.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { type Bytes, type FuzzTarget, REFUSED, TAKEN } from "../../fuzz/fuzz_target.ts";
import { mutated } from "../../fuzz/mutations.ts";
import { RandomFacts } from "../_random_facts.ts";

const OWNER = { identity: 4_711, namespace: "default", terms: "as in this program" };
const FACTS = 12;
const SEEDS = 3;

const WHOLE_ONES = Array.from({ length: SEEDS }, (_, seed) => written(seed));
const WHOLE_CHECKSUMS: ReadonlySet<number> = new Set(WHOLE_ONES.map((whole) => crc32(whole)));

/** A file of an index. */
export const SNAPSHOTS: FuzzTarget = {
  name: "snapshots",
  promise: "readSnapshot() refuses a file that was damaged anywhere, and takes the whole one",
  suiteInputs: 3_000,
  outcomes: [TAKEN, REFUSED],
  generate(random) {
    const whole = WHOLE_ONES[random(SEEDS)] ?? new Uint8Array();
    if (random(8) === 0) return whole;
    return mutated(random, { corpus: [whole], scraps: ["\u0000\u0000\u0000\u0000", "CARINDEX"] });
  },
  open: () => ({ check }),
};

function written(seed: number): Bytes {
  const random = new RandomFacts(seed);
  const index = new TextIndex(createTokenizer());
  for (let number = 0; number < FACTS; number++) index.put(random.row(number));
  const pieces: [number, Uint8Array][] = [];
  const target = {
    write: (piece: Uint8Array, at: number) => void pieces.push([at, piece.slice()]),
    commit: () => Promise.resolve(true),
    abandon: () => {},
  };
  atOnce(writeSnapshot(target, index, { ...OWNER, revision: 12, course: 8 }));
  const bytes = new Uint8Array(Math.max(...pieces.map(([at, piece]) => at + piece.length)));
  for (const [at, piece] of pieces) bytes.set(piece, at);
  return bytes;
}

function check(input: Bytes): string {
  const moment = readMoment(sourceOf(input));
  const found = atOnce(readSnapshot(sourceOf(input), OWNER, createTokenizer()));
  if ("refused" in found) return REFUSED;
  assert.ok(WHOLE_CHECKSUMS.has(crc32(input)));
  assert.deepEqual(moment, { revision: found.revision, course: found.course });
  return TAKEN;
}

function sourceOf(bytes: Bytes): SnapshotSource {
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
