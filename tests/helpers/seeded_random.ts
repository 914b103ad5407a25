// Random choices that can be repeated: a test says the seed when it fails, and CAR_TEST_SEED sets it.

/** A seed of the environment or a fresh one, for the message of a failure. */
export function testSeed(): number {
  return Number(Deno.env.get("CAR_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
}

/** Gives whole numbers from 0 to below `below` (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
