// A client that tries what it may not: to call without a token or with a wrong one, to use somebody else's
// session, to look into a namespace that is not its own. All of it has to be refused.

import { clientOf, rpc } from "../../tests/helpers/test_app.ts";
import type { Caller } from "./_caller.ts";
import type { Actor } from "./_crowd.ts";
import type { ActorOptions } from "./_writer.ts";

/** Options of `createStranger`. */
export interface StrangerOptions extends ActorOptions {
  /** A client of another principal, with sessions. */
  readonly other: Caller;
  /** What this one shows. */
  readonly authorization: string;
}

const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
const TOO_MANY = 429;

/** Makes the client. */
export function createStranger(options: StrangerOptions): Actor {
  const { name, world, caller, other, authorization, random } = options;
  const expectStatus = async (
    url: string,
    headers: Readonly<Record<string, string>>,
    status: number,
  ) => {
    const response = await clientOf(fetch, url).post(rpc("tools/list"), headers);
    await response.body?.cancel();
    // Whoever fails too often is not looked at for a while.
    const isRefused = response.status === status || response.status === TOO_MANY;
    if (!isRefused) throw new Error(`A stranger is answered ${response.status}`);
  };
  return {
    name,
    async step(url) {
      const attempt = random(4);
      if (attempt === 0) await expectStatus(url, {}, UNAUTHORIZED);
      else if (attempt === 1) {
        await expectStatus(url, { authorization: `${authorization}x` }, UNAUTHORIZED);
      } else if (attempt === 2) {
        const session = await other.sessionId(url);
        await expectStatus(url, { authorization, "mcp-session-id": session }, NOT_FOUND);
      } else {
        const args = { query: "marker", tenant_id: "default" };
        const params = { name: "memory_query", arguments: args };
        const answer = await caller.answer(url, "tools/call", params);
        const isRefused = answer?.error !== undefined || answer?.result?.isError === true;
        if (!isRefused) throw new Error(`A stranger is told ${JSON.stringify(answer)}`);
      }
      world.did("stranger refused");
    },
    forget() {
      caller.forget();
      other.forget();
    },
  };
}
