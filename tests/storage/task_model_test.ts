// The store of tasks on SQLite beside the plain one: whatever is done to both, both say the same.

import assert from "node:assert/strict";
import { join } from "node:path";
import { createSqliteTasks } from "../../src/storage/sqlite_tasks.ts";
import type { Task, TaskStatus } from "../../src/tasks/task.ts";
import { type ClosableTaskStore, keptTask } from "../contract/task_store_contract.ts";
import { createNaiveTasks, naiveTaskPlace } from "../helpers/naive_tasks.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { tempHome } from "../helpers/temp_home.ts";

type Random = (below: number) => number;
type Step = (store: ClosableTaskStore) => unknown;

const STATUSES: readonly TaskStatus[] = [
  ...["working", "input_required", "completed", "failed", "cancelled"] as const,
];
const WORDS = ["key", 'a "b"', "c\\d", "ключ", "x\ny", "🔑", "\u0000"];
const STEPS = 600;

function randomTask(random: Random): Task {
  const status = STATUSES[random(STATUSES.length)] ?? "working";
  const words = () => Array.from({ length: random(4) }, () => WORDS[random(WORDS.length)]);
  const number = random(12);
  return keptTask(`task ${number}`, {
    // A task stays whose it is.
    principalId: `p${number % 3}`,
    status,
    updatedMs: random(1_000),
    expiresMs: 100 + random(50),
    ...(status === "failed" && { failure: "error" }),
    ...(random(2) === 0 && { message: words().join(" ") }),
    ...(random(2) === 0 && { content: JSON.stringify({ text: JSON.stringify(words()) }) }),
  });
}

function randomStep(random: Random): Step {
  switch (random(10)) {
    case 0: {
      const nowMs = 100 + random(20);
      return (store) => store.removeExpired(nowMs);
    }
    case 1: {
      const texts = [WORDS[random(WORDS.length)] ?? ""];
      const nowMs = random(1_000);
      return (store) => [...store.erase(texts, nowMs)].sort();
    }
    case 2: {
      const nowMs = random(1_000);
      return (store) => store.endAbandoned(nowMs);
    }
    case 3:
      return (store) => [store.usage("p0"), store.nextExpiryMs()];
    default: {
      const task = randomTask(random);
      return (store) => {
        store.save(task);
        return store.get(task.id);
      };
    }
  }
}

/** All that a store knows. */
function contentsOf(store: ClosableTaskStore): unknown {
  return Array.from({ length: 12 }, (_, at) => store.get(`task ${at}`));
}

Deno.test("a store on SQLite says what a plain one says, whatever is done to both", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  using home = tempHome();
  const path = join(home.path, "tasks.db");
  const place = naiveTaskPlace();
  const openBoth = () => ({
    real: createSqliteTasks({ path, onSetAside: () => assert.fail("the file is whole") }),
    plain: createNaiveTasks(place),
  });
  let { real, plain } = openBoth();
  for (let at = 0; at < STEPS; at++) {
    if (random(50) === 0) {
      real.close();
      plain.close();
      ({ real, plain } = openBoth());
    }
    const step = randomStep(random);
    assert.deepEqual(step(real), step(plain), `seed ${seed}, step ${at}`);
    assert.deepEqual(contentsOf(real), contentsOf(plain), `seed ${seed}, step ${at}`);
  }
  real.close();
});
