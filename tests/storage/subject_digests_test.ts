// What is kept of the digests of subjects, against all of them.

import { deepEqual, equal } from "node:assert/strict";
import type { FactRow } from "../../src/memory/store.ts";
import { digestOf } from "../../src/storage/_digest.ts";
import { DigestRows, NO_ROW, SOME_ROWS } from "../../src/storage/_digest_rows.ts";
import { type DigestedRow, SubjectDigests } from "../../src/storage/_subject_digests.ts";
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

function numbered(length: number): readonly DigestedRow[] {
  return Array.from({ length }, (_, nth) => ({ digest: nth, number: nth + 1 }));
}

/** As `rowOf` answers whoever asks not for the first time. */
function askedAgain(
  kept: SubjectDigests,
  row: FactRow,
  digest: number,
  read: () => readonly DigestedRow[],
): number {
  kept.rowOf(row, digest, read);
  return kept.rowOf(row, digest, read);
}

function notAsked(): never {
  throw new Error("looked up again");
}

Deno.test("DigestRows says of each digest which row has it", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const rows = new DigestRows();
  const wanted = new Map<number, number>();
  for (let number = 1; number < 5_000; number++) {
    // Equal low bits, equal digests, the least and the greatest ones.
    const digest =
      [0, 2 ** 53 - 1, random(50) * 2 ** 32, digestOf([`${random(4_000)}`])][random(4)] ??
        0;
    const before = wanted.get(digest) ?? NO_ROW;
    equal(rows.get(digest), before, `seed ${seed}`);
    if (random(3) === 0) {
      rows.remove(digest);
      if (before !== SOME_ROWS) wanted.set(digest, NO_ROW);
    } else {
      rows.add(digest, number);
      wanted.set(digest, before === NO_ROW ? number : SOME_ROWS);
    }
  }
  for (const [digest, row] of wanted) equal(rows.get(digest), row, `seed ${seed}`);
});

Deno.test("DigestRows takes no room for rows that were taken out", () => {
  const rows = new DigestRows();
  for (let number = 1; number < 1_000; number++) {
    rows.add(number, number);
    equal(rows.get(number), number);
    rows.remove(number);
  }
  equal(rows.get(999), NO_ROW);
  equal(rows.places, 8);
});

Deno.test("DigestRows keeps no number that it has no room for", () => {
  const rows = new DigestRows();
  rows.add(7, 2 ** 32 + 1);
  equal(rows.get(7), SOME_ROWS);
});

Deno.test("rowOf() sends on to the table whoever asks for the first time", () => {
  const kept = new SubjectDigests();
  const row = rowOf("vault");
  equal(kept.rowOf(row, 1, notAsked), SOME_ROWS);
  kept.added(row, 1, 10);
  equal(kept.rowOf(row, 2, () => [{ digest: 1, number: 10 }]), NO_ROW);
  equal(kept.rowOf(row, 1, notAsked), 10);
});

Deno.test("rowOf() looks up a subject once, and knows what was added and what ended since", () => {
  const kept = new SubjectDigests();
  const row = rowOf("vault");
  equal(
    askedAgain(kept, row, 3, () => [{ digest: 1, number: 10 }, { digest: 2, number: 11 }]),
    NO_ROW,
  );
  kept.added(row, 3, 12);
  kept.added(rowOf("vault", "superseded"), 4, 13);
  kept.ended(row, 1);
  kept.added(row, 2, 14);

  deepEqual([1, 2, 3, 4].map((digest) => kept.rowOf(row, digest, notAsked)), [
    NO_ROW,
    SOME_ROWS,
    12,
    NO_ROW,
  ]);
});

Deno.test("rowOf() looks up a subject again after another change and after clear()", () => {
  const kept = new SubjectDigests();
  const row = rowOf("vault");
  askedAgain(kept, row, 1, () => [{ digest: 1, number: 10 }]);
  kept.changed(row);
  equal(askedAgain(kept, row, 1, () => []), NO_ROW);
  kept.clear();
  equal(askedAgain(kept, row, 1, () => [{ digest: 1, number: 10 }]), 10);
});

Deno.test("rowOf() sends on to the table for a subject with too many facts, without looking them up again", () => {
  const kept = new SubjectDigests();
  const most = 3 * 2 ** 17;
  const crowded = rowOf("heartbeat");
  const growing = rowOf("pulse");
  equal(askedAgain(kept, crowded, 2 ** 41, () => numbered(most + 1)), SOME_ROWS);
  equal(askedAgain(kept, growing, most, () => numbered(most)), NO_ROW);
  kept.added(growing, most, most + 1);

  deepEqual([crowded, growing].map((row) => kept.rowOf(row, 2 ** 40, notAsked)), [
    SOME_ROWS,
    SOME_ROWS,
  ]);
});

Deno.test("rowOf() forgets the subjects that were used longest ago", () => {
  const kept = new SubjectDigests();
  const digests = numbered(2 ** 17);
  const subjects = Array.from({ length: 12 }, (_, nth) => rowOf(`subject ${nth}`));
  for (const row of subjects) {
    askedAgain(kept, row, 0, () => digests);
    // Used again and again, so it stays.
    kept.rowOf(subjects[0] ?? row, 0, notAsked);
  }
  let asked = 0;
  const read = () => {
    asked++;
    return digests;
  };
  askedAgain(kept, subjects[0] ?? rowOf(""), 0, read);
  equal(asked, 0);
  askedAgain(kept, subjects[1] ?? rowOf(""), 0, read);
  equal(asked, 1);
});
