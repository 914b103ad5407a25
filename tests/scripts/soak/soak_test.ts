// Whether the clients of the soak would notice a wrong answer. Some seconds of it as a whole:
// whole_soak.ts.

import assert from "node:assert/strict";
import { Caller } from "../../../scripts/soak/_caller.ts";
import { runCrowd } from "../../../scripts/soak/_crowd.ts";
import { World } from "../../../scripts/soak/_world.ts";
import { createWriter } from "../../../scripts/soak/_writer.ts";
import { seededRandom } from "../../helpers/seeded_random.ts";

/** A client of a server that stores facts and then says this of any query. */
class LyingCaller extends Caller {
  readonly #said: (query: string) => string;

  constructor(said: (query: string) => string) {
    super({ era: "modern" });
    this.#said = said;
  }

  override call(_url: string, name: string, args: Readonly<Record<string, unknown>>) {
    const facts = [{ body: this.#said(String(args["query"])) }];
    return Promise.resolve(name === "memory_query" ? { facts } : { id: "1", deleted: true });
  }
}

/** What is wrong once a writer has asked such a server. */
async function problemsOf(said: (query: string) => string): Promise<readonly string[]> {
  const world = new World();
  const random = seededRandom(1);
  const caller = new LyingCaller(said);
  const writer = createWriter({ name: "w", world, caller, random });
  let steps = 0;
  const actor = {
    ...writer,
    async step(url: string) {
      if (++steps > 200) return world.end();
      await writer.step(url);
    },
  };
  world.open("http://127.0.0.1");
  await runCrowd({ actors: [actor], world, random, pauseMs: 0 });
  return world.problems.filter((what) => /found/.test(what));
}

Deno.test("a writer notices a fact that is not found", async () => {
  const [first = ""] = await problemsOf(() => "something else");
  assert.match(first, /^w: wn\d+ \(live\) is not found$/);
});

Deno.test("a writer notices a fact that is found after it was erased or replaced", async () => {
  const problems = await problemsOf((query) => `the ${query} is there`);
  assert.match(problems[0] ?? "", /^w: wn\d+ \((erased|superseded)\) is found$/);
});
