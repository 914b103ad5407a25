// The store that the engine's tests use keeps the promises of every store.

import { testTaskStore } from "../contract/task_store_contract.ts";
import { createNaiveTasks, naiveTaskPlace } from "../helpers/naive_tasks.ts";

testTaskStore("a map", () => {
  const place = naiveTaskPlace();
  return { open: () => createNaiveTasks(place), [Symbol.dispose]() {} };
});
