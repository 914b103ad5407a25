// The official clients in every way in which they choose an era, at one server under either runtime:
// connect, list everything, call, be asked, be told of changes, leave.

import assert from "node:assert/strict";
import { connectEra, ERA_CLIENTS } from "../helpers/era_clients.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { startTalking } from "../helpers/talking_process.ts";

const URI = "test://thing/one";
const FORM = {
  kind: "form",
  message: "Who are you?",
  requestedSchema: { type: "object", properties: { name: { type: "string" } } },
};
const ADA = { action: "accept", content: { name: "Ada" } };

for (const { name, isModern } of ERA_CLIENTS) {
  testOnBoth(
    `the ${name} client lists, calls, is asked and is told mcp:149`,
    async (runtime: Runtime) => {
      await using server = await startTalking(runtime);
      const client = await connectEra(name, server.url);
      assert.equal(client.sessionId === undefined, isModern);
      const names = await client.listAll();
      for (const expected of ["memory_query", "count", "thing", "greet"]) {
        assert.ok(names.includes(expected), `${expected} is not among ${names}`);
      }
      assert.equal(await client.call("count", { to: 3 }), 3);
      assert.deepEqual(await client.call("ask", { question: FORM }), ADA);
      assert.equal(await client.prompt("greet", { whom: "Grace" }), "Hello, Grace!");
      assert.equal(await client.read(URI), "the thing one");
      assert.deepEqual(await client.complete("greet", "whom", "A"), ["Ada", "Alan"]);
      await client.listen(URI);
      await server.tell("change", { uri: URI });
      assert.deepEqual(await client.updates.until(1), [URI]);
      await server.tell("change", {});
      assert.deepEqual(await client.toolChanges.until(1), ["changed"]);
      await client[Symbol.asyncDispose]();
      await server.metricIs("car_streams", 0);
      await server.metricIs("car_sessions", 0);
    },
  );
}

testOnBoth("clients of both eras share one server at the same time mcp:143", async (runtime) => {
  await using server = await startTalking(runtime);
  const clients = await Promise.all(
    ERA_CLIENTS.map(async ({ name }) => await connectEra(name, server.url)),
  );
  await using opened = new AsyncDisposableStack();
  for (const client of clients) opened.use(client);
  const rounds = clients.flatMap((client, index) =>
    [1, 2, 3].map(async (round) => {
      const to = index * 10 + round;
      assert.equal(await client.call("count", { to }), to);
      assert.deepEqual(await client.call("ask", { question: FORM }), ADA);
    })
  );
  await Promise.all(rounds);
  await Promise.all(clients.map((client) => client.listen(URI)));
  await server.tell("change", { uri: URI });
  for (const client of clients) assert.deepEqual(await client.updates.until(1), [URI]);
});
