// The clients of a soak, each doing one thing after the other while the server is there. What fails although
// the server was there all the time is a problem; what fails because it was killed is done anew.

import type { World } from "./_world.ts";

/** A client. */
export interface Actor {
  /** Tells it from the others in a problem. */
  readonly name: string;
  /** Does one thing; throws what is wrong with the answer. */
  step(url: string): Promise<void>;
  /** The server is gone, and with it all that hung on its process. */
  forget(): void;
}

/** Options of `runCrowd`. */
export interface CrowdOptions {
  readonly actors: readonly Actor[];
  readonly world: World;
  /** The longest pause between two things that one client does. */
  readonly pauseMs: number;
  readonly random: (below: number) => number;
}

/** Runs all clients until the world is over. */
export async function runCrowd({ actors, ...rest }: CrowdOptions): Promise<void> {
  await Promise.all(actors.map((actor) => live(actor, rest)));
}

async function live(
  actor: Actor,
  { world, pauseMs, random }: Omit<CrowdOptions, "actors">,
): Promise<void> {
  let known = world.generation;
  for (let url = await world.enter(); url !== undefined; url = await world.enter()) {
    const { generation } = world;
    if (generation !== known) actor.forget();
    known = generation;
    try {
      await actor.step(url);
    } catch (thrown) {
      if (generation === world.generation) world.wrong(`${actor.name}: ${describe(thrown)}`);
      actor.forget();
    } finally {
      world.leave();
    }
    await new Promise((resolve) => setTimeout(resolve, random(pauseMs + 1)));
  }
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : "";
  return `${thrown.message}${cause}`;
}
