// The official clients on a bad network: their connections are cut in the middle of what the server
// says, and they come back by themselves. Whatever is said must arrive once, in order, and the answer
// with it. A TCP proxy does the cutting; the server is a process of its own under either runtime.

import assert from "node:assert/strict";
import { type CuttingProxy, startProxy } from "../helpers/cutting_proxy.ts";
import { Inbox } from "../helpers/inbox.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { connectTalking, TALKING_NAMES, type TalkingClient } from "../helpers/talking_clients.ts";
import { startTalking, type TalkingProcess } from "../helpers/talking_process.ts";

const FORM = {
  kind: "form",
  message: "Who are you?",
  requestedSchema: { type: "object", properties: { name: { type: "string" } } },
};

for (const name of TALKING_NAMES) {
  testOnBoth(
    `the ${name} client gets every message once over a cut it knows of mcp:68 mcp:75 mcp:76 mcp:77`,
    async (runtime) => {
      await using proxy = await startProxy();
      await using server = await startBehind(proxy, runtime);
      await using client = await connectTalking(name, proxy.url);
      await proxy.streams.until(1);
      const { answer, progress } = count(client, { to: 8, gated: true });
      const pushed = client.sessionId;
      await server.step(1);
      await server.push(pushed, 1);
      await progress.until(1);
      await client.pushes.until(1);

      assert.equal(proxy.cut("POST"), 1);
      await proxy.streams.until(3);
      // Once more, before anything was said on the connections that came back.
      assert.equal(proxy.cut("GET"), 2);
      await proxy.streams.until(5);
      await server.step(2);
      await progress.until(2);
      assert.equal(proxy.cut("GET"), 2);
      await server.push(pushed, 2);
      await server.step(3);
      await client.pushes.until(2);
      await progress.until(3);

      proxy.down();
      for (const at of [4, 5, 6]) {
        await server.step(at);
        await server.push(pushed, at - 1);
      }
      proxy.up();
      await progress.until(6);
      await client.pushes.until(5);
      await server.step(7);
      await server.step(8);
      await server.push(pushed, 6);
      assert.equal(await answer, 8);
      assert.deepEqual(progress.all, range(8));
      assert.deepEqual(loggedBy(client), range(8));
      await client.pushes.until(6);
      assert.deepEqual(pushedTo(client), range(6));
    },
  );

  testOnBoth(
    `the ${name} client gets every message once over cuts at random mcp:76 mcp:77 mcp:78 mcp:80`,
    async (runtime) => {
      const seed = testSeed();
      const below = seededRandom(seed);
      let cutsLeft = 12;
      await using proxy = await startProxy({
        bytesBeforeCut: () => cutsLeft-- > 0 ? 1 + below(600) : undefined,
      });
      await using server = await startBehind(proxy, runtime);
      await using client = await connectTalking(name, proxy.url);
      assert.equal(await server.metric("car_sessions"), 1);
      await proxy.streams.until(1);
      const { answer, progress } = count(client, { to: 60, pushTo: client.sessionId });
      const message = `seed ${seed}`;
      assert.equal(await answer, 60, message);
      assert.deepEqual(progress.all, range(60), message);
      assert.deepEqual(loggedBy(client), range(60), message);
      await client.pushes.until(60);
      assert.deepEqual(pushedTo(client), range(60), message);
      assert.ok(proxy.cuts > 2, message);
    },
  );

  testOnBoth(
    `the ${name} client comes back when the server ends its connection mcp:70`,
    async (runtime) => {
      await using server = await startTalking(runtime);
      await using client = await connectTalking(name, server.url);
      const { answer, progress } = count(client, {
        to: 4,
        gated: true,
        disconnectAt: 2,
        retryMs: 1,
      });
      for (const at of range(4)) await server.step(at);
      assert.equal(await answer, 4);
      assert.deepEqual(progress.all, range(4));
      assert.deepEqual(loggedBy(client), range(4));
      assert.deepEqual(client.faults.all, []);
    },
  );

  testOnBoth(
    `the ${name} client answers a question that was asked while it was away mcp:66 mcp:68`,
    async (runtime) => {
      await using proxy = await startProxy();
      await using server = await startBehind(proxy, runtime, { CAR_STREAMS_OPEN_AFTER_MS: "0" });
      const yes = { action: "accept" as const, content: { name: "Ada" } };
      await using client = await connectTalking(name, proxy.url, () => yes);
      await proxy.streams.until(1);
      const answer = client.call("ask", { question: FORM, gate: "ask" });
      assert.deepEqual((await proxy.streams.until(2)).at(-1), "POST");
      proxy.down();
      await server.tell("open", { gate: "ask" });
      proxy.up();
      assert.deepEqual(await answer, yes);
      assert.equal(client.asked.all.length, 1);
    },
  );

  testOnBoth(
    `a ${name} client that drops for good leaves nothing behind mcp:68`,
    async (runtime) => {
      // Bun may notice a client that has gone only when it writes to it: at the next keep-alive.
      await using server = await startTalking(runtime, { CAR_STREAMS_KEEP_ALIVE_MS: "100" });
      const client = await connectTalking(name, server.url);
      const { answer } = count(client, { to: 3, gated: true });
      const dropped = assert.rejects(answer);
      await server.step(1);
      await server.metricIs("car_streams", 2);
      await client.drop();
      await dropped;
      await server.metricIs("car_streams", 0);
      // The call goes on without anybody to hear it, and its session stays for whoever resumes.
      await server.step(2);
      await server.step(3);
      assert.equal(await server.metric("car_sessions"), 1);
      await client[Symbol.asyncDispose]();
      assert.equal(await server.metric("car_sessions"), 0);
    },
  );
}

async function startBehind(
  proxy: CuttingProxy,
  runtime: Runtime,
  environment: Readonly<Record<string, string>> = {},
): Promise<TalkingProcess> {
  const server = await startTalking(runtime, {
    CAR_HTTP_ALLOWED_HOSTS: proxy.host,
    ...environment,
  });
  proxy.leadTo(server.port);
  return server;
}

interface Counting {
  readonly to: number;
  readonly gated?: boolean;
  readonly disconnectAt?: number;
  readonly retryMs?: number;
  readonly pushTo?: string | undefined;
}

function count(client: TalkingClient, counting: Counting) {
  const progress = new Inbox<number>();
  const onprogress = (report: { readonly progress: number }) => progress.add(report.progress);
  const answer = client.call("count", { ...counting }, { onprogress });
  // The test waits for it last; what failed before must be what is shown.
  answer.catch(() => {});
  return { answer, progress };
}

function loggedBy({ logs }: TalkingClient): unknown[] {
  return logs.all.map(({ data }) => data);
}

function pushedTo({ pushes }: TalkingClient): unknown[] {
  return pushes.all.map(({ params }) => (params as { readonly at: number }).at);
}

function range(to: number): number[] {
  return Array.from({ length: to }, (_, at) => at + 1);
}
