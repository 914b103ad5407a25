// A flood of requests against the real process: whoever sends it is told to slow down and is served
// again later, and nobody else notices.

import assert from "node:assert/strict";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { loadConfig } from "../../src/config/config.ts";
import { giveToken } from "../../src/token_care.ts";
import { bearer } from "../helpers/guarded_app.ts";
import { type RunningProcess, startServer, within } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { clientOf, rpc } from "../helpers/test_app.ts";

// Many times what a bucket of one request a second gives during the test, on any machine.
const FLOOD = 200;

interface Flooded extends AsyncDisposable {
  readonly server: RunningProcess;
  /** The headers of somebody's token. */
  token(principal: string): Record<string, string>;
  /** The status of the answer to a request; of a refusal, `Retry-After` is checked. */
  status(headers?: Record<string, string>): Promise<number>;
}

async function flooded(runtime: Runtime, limits: Record<string, string>): Promise<Flooded> {
  const home = tempHome();
  const config = loadConfig({ environment: { CAR_HOME: home.path } });
  const server = await startServer(runtime, home.path, [], { CAR_AUTH_TOKENS: "true", ...limits });
  const { post } = clientOf((request) => fetch(request), server.firstLine);
  return {
    server,
    token: (principal) => {
      const grant = { principal, roles: [], permissions: ["tools:call"] };
      const all = { ...grant, namespaces: undefined, expiresMs: undefined };
      return bearer(giveToken(config, all, SYSTEM_CLOCK).token);
    },
    async status(headers) {
      const response = await post(rpc("ping"), headers);
      await response.body?.cancel();
      if (response.status === 429) {
        assert.match(response.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
      }
      return response.status;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

async function flood(send: () => Promise<number>): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for (const status of await Promise.all(Array.from({ length: FLOOD }, send))) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

/** Asks until it is served; a refusal takes no token, so it does not put that off. */
async function untilServed(send: () => Promise<number>): Promise<void> {
  while (await send() !== 200);
}

testOnBoth("a flood of one principal is refused, and served again later", async (runtime) => {
  const limits = { CAR_LIMITS_PRINCIPAL_REQUESTS_PER_SECOND: "1" };
  await using app = await flooded(runtime, limits);
  const ann = app.token("ann");
  const counts = await flood(() => app.status(ann));
  assert.deepEqual([...counts.keys()].toSorted(), [200, 429]);
  assert.ok((counts.get(200) ?? 0) >= 5);
  assert.equal(await app.status(app.token("bob")), 200);
  await within(untilServed(() => app.status(ann)), "a token");
});

testOnBoth("a flood from one address is refused before it is known who asks", async (runtime) => {
  const limits = { CAR_LIMITS_ADDRESS_REQUESTS_PER_SECOND: "1" };
  await using app = await flooded(runtime, limits);
  const counts = await flood(() => app.status());
  assert.deepEqual([...counts.keys()].toSorted(), [401, 429]);
  assert.ok((counts.get(401) ?? 0) >= 5);
  const ann = app.token("ann");
  await within(untilServed(() => app.status(ann)), "a token");
});

testOnBoth(
  "guessing from an address is held back, and who was there before is not",
  async (runtime) => {
    const limits = { CAR_LIMITS_ADDRESS_FAILURES_PER_MINUTE: "10" };
    await using app = await flooded(runtime, limits);
    const ann = app.token("ann");
    assert.equal(await app.status(ann), 200);
    const counts = await flood(() => app.status(bearer("guess")));
    assert.deepEqual([...counts.keys()].toSorted(), [401, 429]);
    assert.ok((counts.get(401) ?? 0) >= 10);
    assert.equal(await app.status(ann), 200);
  },
);
