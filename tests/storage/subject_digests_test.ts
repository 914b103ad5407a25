// What is kept of the digests of subjects, against sets of all of them.

import { deepEqual, equal } from "node:assert/strict";
import type { FactRow } from "../../src/memory/store.ts";
import { digestOf } from "../../src/storage/_digest.ts";
import { DigestSet } from "../../src/storage/_digest_set.ts";
import { SubjectDigests } from "../../src/storage/_subject_digests.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

function rowOf(subject: string, state: FactRow["state"] = "live"): FactRow {
  return {
    namespace: "default",
    id: "id",
    kind: "pattern",
    subject,
    body: "body",
    tags: [],
    confidence: "medium",
    validFromMs: 1,
    recordedMs: 1,
    state,
    needsReview: false,
    isConstraint: false,
    revision: 1,
  };
}

function notAsked(): never {
  throw new Error("looked up again");
}

Deno.test("DigestSet holds what was added and nothing else", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const set = new DigestSet();
  const wanted = new Set<number>();
  for (let nth = 0; nth < 5_000; nth++) {
    // Equal low bits, equal digests, the least and the greatest ones.
    const digest =
      [0, 2 ** 53 - 1, random(50) * 2 ** 32, digestOf([`${random(4_000)}`])][random(4)] ??
        0;
    equal(set.has(digest), wanted.has(digest), `seed ${seed}`);
    set.add(digest);
    wanted.add(digest);
  }
  equal([...wanted].every((digest) => set.has(digest)), true, `seed ${seed}`);
});

Deno.test("mayHold() looks up a subject once, and knows what was added since", () => {
  const kept = new SubjectDigests();
  const row = rowOf("vault");
  equal(kept.mayHold(row, 3, () => [1, 2]), false);
  equal(kept.mayHold(row, 2, notAsked), true);
  kept.added(row, 3);
  kept.added(rowOf("vault", "superseded"), 4);

  deepEqual([3, 4].map((digest) => kept.mayHold(row, digest, notAsked)), [true, false]);
});

Deno.test("mayHold() looks up a subject again after another change and after clear()", () => {
  const kept = new SubjectDigests();
  const row = rowOf("vault");
  kept.mayHold(row, 1, () => [1]);
  kept.changed(row);
  equal(kept.mayHold(row, 1, () => []), false);
  kept.clear();
  equal(kept.mayHold(row, 1, () => [1]), true);
});

Deno.test("mayHold() says yes for a subject with too many facts, without looking them up again", () => {
  const kept = new SubjectDigests();
  const most = 3 * 2 ** 17;
  const crowded = rowOf("heartbeat");
  const growing = rowOf("pulse");
  equal(kept.mayHold(crowded, -2, () => Array.from({ length: most + 1 }, (_, nth) => nth)), true);
  equal(kept.mayHold(growing, most, () => Array.from({ length: most }, (_, nth) => nth)), false);
  kept.added(growing, most);

  deepEqual([crowded, growing].map((row) => kept.mayHold(row, 2 ** 40, notAsked)), [true, true]);
});

Deno.test("mayHold() forgets the subjects that were used longest ago", () => {
  const kept = new SubjectDigests();
  const each = 2 ** 17;
  const digests = Array.from({ length: each }, (_, nth) => nth);
  const subjects = Array.from({ length: 12 }, (_, nth) => rowOf(`subject ${nth}`));
  for (const row of subjects) {
    kept.mayHold(row, 0, () => digests);
    // Used again and again, so it stays.
    kept.mayHold(subjects[0] ?? row, 0, notAsked);
  }
  let asked = 0;
  const read = () => {
    asked++;
    return digests;
  };
  kept.mayHold(subjects[0] ?? rowOf(""), 0, read);
  equal(asked, 0);
  kept.mayHold(subjects[1] ?? rowOf(""), 0, read);
  equal(asked, 1);
});
