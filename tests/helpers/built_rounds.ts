// What the rounds of stateless calls need, with a key that lasts as long as the test.

import { Sealer } from "../../src/auth/sealer.ts";
import type { Clock } from "../../src/base/clock.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import type { InputRoundsParts } from "../../src/rpc/input_rounds.ts";
import { UsedStateMap } from "./used_state_map.ts";

/** Parts of rounds with a key of their own. */
export function builtRounds(clock: Clock, limits: Limits = limitsWith()): InputRoundsParts {
  const key = { id: "test", secret: crypto.getRandomValues(new Uint8Array(32)) };
  const keys = { current: () => key, find: (id: string) => id === key.id ? key : undefined };
  const sealer = new Sealer({ keys, sealedCharsMax: limits.sealedCharsMax });
  return { sealer, used: new UsedStateMap(clock, limits.usedStatesMax), clock, limits };
}
