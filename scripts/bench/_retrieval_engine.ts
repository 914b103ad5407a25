// The engine as one of the rankers: through its own API, on a database of its own for each scope, so
// that no scope sees another one's words.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { limitsWith } from "../../src/base/limits.ts";
import type { NewFact } from "../../src/memory/fact.ts";
import { openMemory } from "../../src/memory/engine.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { NAMESPACE } from "./_facts.ts";
import type { Scope, SetFact } from "./_retrieval_data.ts";
import type { Ranker, RankerKind } from "./_retrieval_yardsticks.ts";

const FACTS_AT_ONCE = 500;
// The questions are asked at one fixed time after all that was said, so that every run agrees.
const ASKED_MS = Date.UTC(2030, 0, 1);
const CLOCK: Clock = { ...SYSTEM_CLOCK, now: () => ASKED_MS };

/** The engine under test. */
export const ENGINE: RankerKind = { name: "car-mcp", open: openRanker };

async function openRanker({ facts }: Scope): Promise<Ranker> {
  const folder = mkdtempSync(join(tmpdir(), "car-mcp-retrieval-"));
  const limits = limitsWith();
  const database = openDatabase({
    path: join(folder, "memory.db"),
    limits,
    durability: "normal",
  });
  const memory = await openMemory({ store: createSqliteMemory(database), clock: CLOCK, limits });
  // Two facts of a set may say the same; the engine keeps them as one.
  const idsOf = new Map<string, string[]>();
  for (let at = 0; at < facts.length; at += FACTS_AT_ONCE) {
    const some = facts.slice(at, at + FACTS_AT_ONCE);
    const added = await Promise.all(
      some.map((fact) => memory.addFact(NAMESPACE, newFactOf(fact))),
    );
    for (const [nth, { id }] of added.entries()) {
      idsOf.set(id, [...idsOf.get(id) ?? [], some[nth]?.id ?? ""]);
    }
  }
  return {
    rank: (query, k) =>
      memory.query(NAMESPACE, { text: query, k })
        .flatMap(({ id }) => idsOf.get(id) ?? []).slice(0, k),
    async [Symbol.asyncDispose]() {
      await memory.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newFactOf({ subject, body, time, session }: SetFact): NewFact {
  return {
    subject,
    body,
    // As every call of a client carries them.
    principal: "local",
    client: "bench",
    ...(time === undefined ? {} : { validFromMs: Date.parse(time) }),
    ...(session === undefined ? {} : { source: String(session) }),
  };
}
