// Cursors and request states that were damaged at random, or belong elsewhere: none opens anything, and
// what they were made for happens with the one alone that was not touched.

import assert from "node:assert/strict";
import { defineResource } from "../../../src/tools/resource.ts";
import { ADA, asking, WHO } from "../../helpers/asking_rounds.ts";
import { postModern } from "../../helpers/modern_client.ts";
import { resultOf, testApp } from "../../helpers/test_app.ts";
import {
  type Bytes,
  bytesOf,
  type FuzzTarget,
  type OpenTarget,
  REFUSED,
  TAKEN,
  textOf,
} from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import type { Random } from "../random_inputs.ts";

/** Stands for the sealed text in an input, which must not change from run to run. */
const SEALED = "SEALED";
const SCRAPS = [SEALED, ".", "A", "b", "0", "-", "_", "=", "é", "AAAA", `${SEALED}.${SEALED}`];
const CORPUS = [
  SEALED,
  `${SEALED}A`,
  `.${SEALED}`,
  "0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];
/** Says which bits of the sealed text are turned: `~place.bit` each. */
const TURNS = /~(\d{1,6})\.(\d)/g;

/** Cursors of lists. */
export const CURSORS: FuzzTarget = {
  name: "cursors",
  promise: "a cursor that was damaged opens no page mcp:120",
  suiteInputs: 5_000,
  outcomes: [TAKEN, REFUSED],
  generate: forged,
  open: openCursors,
};

/** States that a client carries from round to round. */
export const REQUEST_STATES: FuzzTarget = {
  name: "request-states",
  promise: "a state that was damaged completes no call mcp:130 mcp:131",
  suiteInputs: 5_000,
  outcomes: [TAKEN, REFUSED],
  generate: forged,
  open: openStates,
};

function forged(random: Random): Bytes {
  if (random(3) === 0) return bytesOf(`${SEALED}~${random(400)}.${random(7)}`);
  if (random(16) === 0) return bytesOf(SEALED);
  return mutated(random, { corpus: CORPUS, scraps: SCRAPS, bytesMax: 8_192 });
}

/** The text that an input means, for what was sealed. */
function textFor(sealed: string, input: string): string {
  const turns = [...input.matchAll(TURNS)];
  let text = input.replaceAll(TURNS, "").replaceAll(SEALED, sealed);
  for (const [, place, bit] of turns) {
    const at = Number(place) % Math.max(1, text.length);
    const turned = String.fromCharCode(text.charCodeAt(at) ^ (1 << Number(bit)));
    text = text.slice(0, at) + turned + text.slice(at + 1);
  }
  return text;
}

async function openCursors(): Promise<OpenTarget> {
  const resources = Array.from(
    { length: 150 },
    (_, at) => defineResource({ uri: `test://${at}`, name: `${at}`, read: () => "" }),
  );
  const server = await testApp({ resources });
  const list = (cursor?: string) =>
    postModern(server, "resources/list", cursor === undefined ? {} : { cursor });
  const { nextCursor } = await resultOf(await list());
  return {
    async check(input) {
      const cursor = textFor(nextCursor, textOf(input));
      const { error, result } = await (await list(cursor)).json();
      if (cursor !== nextCursor) {
        assert.equal(error?.code, -32602);
        return REFUSED;
      }
      assert.ok(result.resources.length > 0);
      return TAKEN;
    },
    close: () => server[Symbol.asyncDispose](),
  };
}

async function openStates(): Promise<OpenTarget> {
  let done = 0;
  const { server, send, first } = await asking(async (context) => {
    await context.ask(WHO);
    return done += 1;
  });
  let requestState: string = (await first()).requestState;
  return {
    async check(input) {
      const state = textFor(requestState, textOf(input));
      const before = done;
      const params = { requestState: state, inputResponses: { answer: ADA } };
      const { error, result } = await (await send(params)).json();
      if (state !== requestState) {
        assert.deepEqual([error?.code, done], [-32602, before]);
        return REFUSED;
      }
      assert.deepEqual([result.resultType, done], ["complete", before + 1]);
      // It is used up, and so is every damaged form of it.
      const again = await (await send(params)).json();
      assert.deepEqual([again.error.code, done], [-32602, before + 1]);
      requestState = (await first()).requestState;
      return TAKEN;
    },
    close: () => server[Symbol.asyncDispose](),
  };
}
