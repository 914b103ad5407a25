// The official clients browse a server of its own process under either runtime: they list by pages,
// read, are told of changes, complete, and get prompts.

import assert from "node:assert/strict";
import { connectBrowsing } from "../helpers/browsing_clients.ts";
import { startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { SDK_NAMES } from "../helpers/sdk_clients.ts";
import { tempHome } from "../helpers/temp_home.ts";

const FACTS = 120;

for (const name of SDK_NAMES) {
  testOnBoth(`the ${name} client browses facts, skills and prompts mcp:149`, async (runtime) => {
    using home = tempHome();
    await using server = await startServer(runtime, home.path);
    await using client = await connectBrowsing(name, server.firstLine);
    for (let fact = 0; fact < FACTS; fact++) {
      const subject = `subject ${fact}`;
      await client.call("memory_add_fact", { id: `fact/${fact}`, subject, body: `b${fact}` });
    }
    await client.call("skill_ingest", { name: "deploy site", code: "push" });
    const uris = await client.resources();
    assert.deepEqual(uris.slice(0, 2), ["car://memory/status", "car://memory/skill/deploy%20site"]);
    assert.equal(new Set(uris).size, 2 + FACTS);
    assert.equal(JSON.parse(await client.read(uris[1] ?? "")).code, "push");
    assert.equal(JSON.parse(await client.read("car://memory/fact/fact%2F7")).body, "b7");
    assert.equal(JSON.parse(await client.read("car://memory/status")).facts, FACTS);
    await assert.rejects(client.read("car://memory/fact/nothing"), /not found/i);
    assert.deepEqual(await client.templates(), [
      "car://memory/skill/{name}",
      "car://memory/fact/{id}",
    ]);

    assert.deepEqual(await client.prompts(), ["car_context", "car_remember", "car_recall"]);
    assert.match(await client.prompt("car_recall", { query: "subject 7" }), /b7/);
    assert.match(await client.prompt("car_context", { query: "subject 7", mode: "fast" }), /b7/);
    await assert.rejects(client.prompt("car_recall", {}), /"query": required/);
    await assert.rejects(client.prompt("nobody", {}), /Unknown prompt/);
    const fact = { type: "ref/resource", uri: "car://memory/fact/{id}" } as const;
    assert.equal((await client.complete(fact, "id", "fact/")).length, 100);
    assert.deepEqual(await client.complete(fact, "id", "fact/119"), ["fact/119"]);
    const recall = { type: "ref/prompt", name: "car_recall" } as const;
    assert.deepEqual(
      await client.complete(recall, "query", "subject 11").then((all) => all.length),
      11,
    );
  });

  testOnBoth(`the ${name} client is told of the facts it watches mcp:136`, async (runtime) => {
    using home = tempHome();
    await using server = await startServer(runtime, home.path);
    await using client = await connectBrowsing(name, server.firstLine);
    await using other = await connectBrowsing(name, server.firstLine);
    // What a client has seen it is told of, also when its stream opens a little later.
    await client.resources();
    await client.watch("car://memory/fact/a%2Fb");
    await other.call("memory_add_fact", { id: "a/b", subject: "s", body: "b" });
    const told = await client.told.until(2);
    assert.deepEqual(
      new Set(told),
      new Set([
        "car://memory/fact/a%2Fb",
        "notifications/resources/list_changed",
      ]),
    );
  });
}
