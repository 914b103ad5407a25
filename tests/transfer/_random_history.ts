// A random past for a memory: everything that can happen to facts, statuses and skills.

import { CarError } from "../../src/base/errors.ts";
import { FACT_KINDS, type NewFact } from "../../src/memory/fact.ts";
import { seededRandom } from "../helpers/seeded_random.ts";
import type { TransferPlace } from "./_transfer_place.ts";

const NAMESPACES = ["default", "team/a"];
const WORDS = "deploy key vault café 東京 E-4012 getUserById port rotate “quoted” 🔑 line\nbreak"
  .split(" ");

/** Lets that many things happen; the same seed makes the same past. */
export async function liveThrough(
  place: TransferPlace,
  { seed, steps, namespaces = NAMESPACES }: {
    readonly seed: number;
    readonly steps: number;
    readonly namespaces?: readonly string[];
  },
): Promise<void> {
  const random = seededRandom(seed);
  const ids = new Map<string, string[]>(namespaces.map((name) => [name, []]));
  const text = (words: number) =>
    Array.from({ length: words }, () => WORDS[random(WORDS.length)]).join(" ");
  for (let step = 0; step < steps; step++) {
    place.clock.advance(random(5_000));
    const namespace = namespaces[random(namespaces.length)] ?? "default";
    const known = ids.get(namespace) ?? [];
    const some = () => known[random(known.length)];
    try {
      const action = random(20);
      if (action === 0) await place.memory.deleteFact(namespace, some() ?? "none");
      else if (action === 1) await place.memory.setStatus(namespace, text(3));
      else if (action === 2) {
        await place.memory.intervene(namespace, { query: text(2), force: true });
      } else if (action < 5) await useSkill(place, { random, text, namespace });
      else {
        const { id } = await place.memory.addFact(
          namespace,
          newFact({ random, text, some, step, nowMs: place.clock.now() }),
        );
        if (!known.includes(id)) known.push(id);
      }
    } catch (thrown) {
      // A random write may well be refused.
      if (!(thrown instanceof CarError)) throw thrown;
    }
  }
}

interface Chance {
  readonly random: (below: number) => number;
  readonly text: (words: number) => string;
}

function newFact(
  { random, text, some, step, nowMs }: Chance & {
    readonly some: () => string | undefined;
    readonly step: number;
    readonly nowMs: number;
  },
): NewFact {
  const kind = FACT_KINDS[random(FACT_KINDS.length)] ?? "pattern";
  const one = () => [some()].filter((id) => id !== undefined);
  const target = some();
  return {
    kind,
    id: `id ${step}`,
    subject: text(1),
    body: random(4) === 0 ? text(1) : text(5),
    isConstraint: random(10) === 0,
    confidence: (["high", "medium", "low"] as const)[random(3)] ?? "low",
    ...(random(2) === 0 ? { tags: [text(1)] } : {}),
    ...(random(3) === 0 ? { source: text(1), principal: "local", client: "shell" } : {}),
    ...(random(5) === 0 ? { expiresAtMs: nowMs + 1_000 + random(100_000) } : {}),
    ...(random(5) === 0 ? { validFromMs: nowMs - random(100_000) } : {}),
    ...(random(4) === 0 && target !== undefined ? { supersedes: target } : {}),
    ...(random(3) === 0 ? { dependsOn: one() } : {}),
    ...(kind === "conclusion" ? { premises: one() } : {}),
  };
}

async function useSkill(
  { skills }: TransferPlace,
  { random, text, namespace }: Chance & { readonly namespace: string },
): Promise<void> {
  const name = `skill ${random(4)}`;
  if (random(3) === 0) {
    const outcome = random(2) === 0 ? "success" : "failure";
    await skills.report(namespace, { name, outcome, note: text(2) });
    return;
  }
  const supersedes = random(4) === 0 ? { supersedes: `skill ${random(4)}` } : {};
  await skills.ingest(namespace, { name, code: text(6), taskKeywords: [text(1)], ...supersedes });
}
