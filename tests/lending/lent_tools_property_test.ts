// Sessions that come, lend and go at random, against a model that looks at all of them each time.

import assert from "node:assert/strict";
import type { Session } from "../../src/session/session.ts";
import { ADA, BOB, builtLending } from "../helpers/built_lending.ts";
import { declared } from "../helpers/lending_client.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const RUNS = 20;
const STEPS = 60;
const NAMES = ["ide", "IDE", "ide-2", "browser", "日本", ""];
const TOOLS = ["open", "2_open", "3_open", "close", "a b"];

interface Lending {
  readonly session: Session;
  readonly names: Readonly<Record<string, string>>;
}

Deno.test("whatever comes and goes, names are one tool's each and seen by whom they concern", () => {
  const seed = testSeed();
  try {
    for (let run = 0; run < RUNS; run++) runOnce(seededRandom(seed + run));
  } catch (thrown) {
    throw new Error(`CAR_TEST_SEED=${seed}`, { cause: thrown });
  }
});

function runOnce(random: (below: number) => number): void {
  const { lent, open, seenBy } = builtLending({ processClientToolsMax: 40 });
  const lenders: Lending[] = [];
  for (let step = 0; step < STEPS; step++) {
    if (random(3) > 0 || lenders.length === 0) {
      const tools = TOOLS.filter(() => random(2) === 0).map((name) => declared(name));
      const size = lent.size;
      const session = open(random(2) === 0 ? ADA : BOB, tools, NAMES[random(NAMES.length)]);
      const names = lent.namesOf(session.principal.id, session.id);
      const taken = Object.keys(names).length;
      // All of them or none.
      assert.equal(taken, size + tools.length > 40 ? 0 : tools.length);
      assert.equal(lent.size, size + taken);
      lenders.push({ session, names });
    } else {
      const [gone] = lenders.splice(random(lenders.length), 1);
      if (gone !== undefined) lent.takeBack(gone.session);
    }
    for (const principal of [ADA, BOB]) {
      const own = lenders.filter(({ session }) => session.principal === principal);
      const all = own.flatMap(({ names }) => Object.values(names));
      assert.equal(new Set(all).size, all.length);
      assert.deepEqual(seenBy(principal), all.toSorted());
      for (const { session, names } of own) {
        const mine = new Set(Object.values(names));
        const others = all.filter((name) => !mine.has(name)).toSorted();
        assert.deepEqual(seenBy(principal, session.id), others);
        for (const name of all) {
          const found = lent.find(name, { principal, sessionId: session.id });
          assert.equal(found?.wire.name, mine.has(name) ? undefined : name);
        }
        assert.deepEqual(lent.namesOf(principal.id, session.id), names);
      }
    }
  }
  for (const { session } of lenders) lent.takeBack(session);
  assert.deepEqual([lent.size, seenBy(ADA), seenBy(BOB)], [0, [], []]);
}
