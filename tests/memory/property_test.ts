import assert from "node:assert/strict";
import { type NaiveHit, naiveQuery } from "./_naive_memory.ts";
import { type NaiveFact, sum } from "./_naive_terms.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const WORDS = ("deploy deploys deployed key keys vault cloud the is of database staging server " +
  "port error E-4012 getUserById run ran src/app.ts 9102 user token rotate monthly").split(" ");
const KINDS = ["pattern", "decision", "identity"] as const;
const STEPS = 250;
// Differences of rounding stay far below; a wrong count or a missed fact does not.
const TOLERANCE = 1e-4;
const NEW_WORDS_SHARE = 0.6;

class Run {
  #state: number;
  readonly facts: NaiveFact[] = [];

  constructor(readonly memory: TestMemory, seed: number) {
    this.#state = seed;
  }

  below(max: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(this.#state / 2 ** 32 * max);
  }

  text(words: number): string {
    return Array.from({ length: words }, () => WORDS[this.below(WORDS.length)]).join(" ");
  }

  async add(): Promise<void> {
    const nowMs = this.memory.clock.now();
    const live = this.facts.filter((fact) => fact.isLive && nowMs < fact.endsMs);
    const known = live[this.below(live.length * 4)];
    const fact = known ?? {
      subject: this.text(1 + this.below(2)),
      body: this.text(2 + this.below(12)),
      kind: KINDS[this.below(8)] ?? "pattern",
    };
    const target = live[this.below(live.length * 5)];
    const tags = this.below(3) === 0 ? [this.text(1)] : [];
    const expires = this.below(6) === 0 ? { expiresAtMs: nowMs + 50 + this.below(100) } : {};
    const from = [{}, { source: "a" }, { source: "b" }, { client: "c" }][this.below(4)] ?? {};
    const added = await this.memory.engine.addFact("default", {
      subject: fact.subject,
      body: fact.body,
      // Both sources hold kinds.
      kind: fact.kind as typeof KINDS[number],
      tags,
      validFromMs: nowMs + this.below(20) - 10,
      ...(target === undefined ? {} : { supersedes: target.id }),
      ...expires,
      ...from,
    });
    const row = this.memory.database.connection
      .prepare("SELECT * FROM facts WHERE id = ?").get(added.id) ?? {};
    const same = this.facts.find((other) => other.id === added.id);
    if (same !== undefined) {
      same.tags = [...new Set([...same.tags, ...tags])];
      same.endsMs = Math.max(same.endsMs, expires.expiresAtMs ?? Infinity);
    } else {
      const validFromMs = Number(row["valid_from"]);
      const endsMs = expires.expiresAtMs ?? Infinity;
      const told = { source: undefined, client: undefined, recordedMs: nowMs, ...from };
      const { id } = added;
      this.facts.push({ ...fact, ...told, id, tags, validFromMs, endsMs, isLive: true });
    }
    this.#end(added.superseded, Number(row["valid_from"]));
  }

  /** Erases a fact, often over another process. */
  async erase(): Promise<void> {
    const at = this.below(this.facts.length);
    const [fact] = this.facts.splice(at, 1);
    if (fact === undefined) return;
    if (this.below(2) === 0) {
      await this.memory.engine.deleteFact("default", fact.id);
      return;
    }
    const other = await this.memory.openAnother();
    await other.engine.deleteFact("default", fact.id);
    await other.engine.close();
    await other.database.close();
  }

  #end(ids: readonly string[], fromMs: number): void {
    for (const fact of this.facts.filter((other) => ids.includes(other.id))) {
      fact.isLive = false;
      fact.endsMs = Math.min(fact.endsMs, Math.max(fact.validFromMs, fromMs));
    }
  }

  compare(): void {
    const text = this.text(1 + this.below(6));
    const k = 1 + this.below(12);
    const expected = naiveQuery(this.facts, { text, k, nowMs: this.memory.clock.now() });
    const hits = this.memory.engine.query("default", { text, k });
    assert.equal(hits.length, Math.min(k, expected.length), text);
    const missing = new Set(expected);
    const covered = new Set<string>();
    const gainOf = ({ activation, held }: NaiveHit) =>
      activation *
      (1 + NEW_WORDS_SHARE * sum([...held].map(([key, share]) => covered.has(key) ? 0 : share)));
    let lowest = 1;
    for (const hit of hits) {
      const own = missing.values().find(({ id }) => id === hit.id);
      assert.ok(own !== undefined, `${hit.id} must not match ${text}`);
      // None of those left would have added more; another one may be as good.
      const most = Math.max(...missing.values().map(gainOf));
      assert.ok(gainOf(own) > most - TOLERANCE, text);
      lowest = Math.min(lowest, own.activation);
      assert.ok(Math.abs(hit.activation - lowest) < TOLERANCE, text);
      missing.delete(own);
      for (const key of own.held.keys()) covered.add(key);
    }
  }
}

for (const seed of [1, 20_260_101, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`query() answers as a naive model does over random changes, seed ${seed}`, async () => {
    await using memory = await openTestMemory();
    const run = new Run(memory, seed);
    for (let step = 0; step < STEPS; step++) {
      memory.clock.advance(run.below(10));
      await run.add();
      if (run.below(12) === 0) await run.erase();
      if (run.below(40) === 0) await memory.restart();
      if (run.below(3) === 0) run.compare();
    }
    run.compare();
  });
}
