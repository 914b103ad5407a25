import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { FakeClock } from "../helpers/fake_clock.ts";
import type { FakeChildPlan } from "../helpers/fake_plan.ts";
import { mounted } from "../helpers/mounted.ts";
import { resultOf, rpc } from "../helpers/test_app.ts";
import type { ToolResult } from "../helpers/use_tool.ts";

Deno.test("noise, unknown ids and answers given twice are passed over mcp:161", async () => {
  await using box = await mounted({ box: { tools: ["noise", "echo"] } });
  assert.equal(await box.answer("mcp_box_noise"), "after the noise");
  assert.deepEqual(await box.answer("mcp_box_echo", { n: 1 }), { n: 1 });
});

Deno.test("a question that no client knows gets -32601 mcp:161", async () => {
  await using box = await mounted({ box: { tools: ["ask"] } });
  const { error } = await box.answer("mcp_box_ask", { method: "tools/list" });
  assert.equal(error.code, -32601);
});

Deno.test("a line of 5 MB is refused, and whoever waits for it is told mcp:161", async () => {
  await using box = await mounted({ box: { tools: ["big", "deep", "echo"] } });
  const big = await box.call("mcp_box_big", { chars: 5_000_000 });
  assert.equal(big.isError, true);
  assert.match(big.content[0].text, /more than 4194304 bytes/);
  const deep = await box.call("mcp_box_deep");
  assert.match(deep.content[0].text, /nested too deep/);
  assert.deepEqual(await box.answer("mcp_box_echo", { n: 1 }), { n: 1 });
});

Deno.test("who waits for a child that dies is told, and a later call reaches the next mcp:161", async () => {
  await using box = await mounted({ box: { tools: ["hold", "die", "process"] } });
  const first = await box.answer("mcp_box_process");
  const waiting = box.call("mcp_box_hold");
  const died = await box.call("mcp_box_die");
  for (const answer of [died, await waiting]) {
    assert.equal(answer.isError, true);
    assert.match(answer.content[0].text, /Server "box" has ended/);
  }
  const second = await box.answer("mcp_box_process");
  assert.notEqual(first, second);
  assert.equal(box.mounts.status()[0]?.restarts, 1);
});

Deno.test("a child that floods stderr does not stop", async () => {
  await using box = await mounted({ box: { tools: ["complain"] } });
  const lines = 20_000;
  assert.equal(await box.answer("mcp_box_complain", { lines, text: "alas" }), "complained");
  await box.mounts.stop();
  assert.equal(box.errors.at(-1), `alas ${lines - 1}`);
});

Deno.test("a child that ignores its end is killed", async () => {
  const clock = new FakeClock();
  await using box = await mounted({ box: { tools: ["process"], ignoresTerm: true } }, { clock });
  const pid = await box.answer("mcp_box_process");
  let hasStopped = false;
  const stopping = box.mounts.stop().finally(() => hasStopped = true);
  while (!hasStopped) {
    clock.advance(1_000);
    await new Promise(setImmediate);
  }
  await stopping;
  assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
});

Deno.test("a child that cannot be started is given up after its tries, and nothing else suffers", async () => {
  await using box = await mounted(
    { bad: { exitsAtOnce: true }, good: { tools: ["echo"] } },
    { limits: { upstreamRestartsMax: 0 } },
  );
  assert.deepEqual(await box.answer("mcp_good_echo", { n: 1 }), { n: 1 });
  const [bad] = box.mounts.status();
  assert.equal(bad?.state, "failed");
  assert.match(bad?.fault ?? "", /ended with code 7/);
});

Deno.test("a child that greets with a revision without handshake is refused", async () => {
  await using box = await mounted({ box: { revision: "2026-07-28" } }, {
    limits: { upstreamRestartsMax: 0 },
  });
  assert.match(box.mounts.status()[0]?.fault ?? "", /has no handshake/);
});

Deno.test("a server that was given up gets another chance when the files are looked at", async () => {
  const plans: Record<string, FakeChildPlan> = { box: { exitsAtOnce: true } };
  await using box = await mounted(plans, { limits: { upstreamRestartsMax: 0 } });
  assert.equal(box.mounts.status()[0]?.state, "failed");
  const before = box.log.length;
  await box.remount(plans);
  assert.equal(box.mounts.status()[0]?.state, "failed");
  assert.ok(box.log.slice(before).some((line) => /upstream_down/.test(line)));
});

Deno.test("five thousand tools are listed and called, and no more than the bound", async () => {
  const tools = Array.from({ length: 5_001 }, (_, at) => ({
    name: `tool-${String(at).padStart(4, "0")}`,
    description: "One of very many",
    inputSchema: { type: "object", properties: { n: { type: "integer", minimum: 0 } } },
  }));
  await using box = await mounted({ box: { tools: ["relist"] } });
  const changed = Promise.withResolvers<void>();
  box.mounts.onChange(changed.resolve);
  await box.call("mcp_box_relist", { tools });
  await changed.promise;
  const [status] = box.mounts.status();
  assert.deepEqual([status?.tools, status?.leftOut], [5_000, 1]);
  const { tools: listed } = await resultOf(await box.server.post(rpc("tools/list")));
  assert.equal(listed.at(-1).name, "mcp_box_tool-4999");
  const answer = await box.answer("mcp_box_tool-4999", { n: 1, does: "echo" });
  assert.deepEqual(answer, { n: 1, does: "echo" });
});

Deno.test("hostile schemas are shown as they are and harm no other tool", async () => {
  let deep: Record<string, unknown> = { type: "string" };
  for (let level = 0; level < 20; level++) deep = { anyOf: [deep] };
  const properties = {
    pattern: { type: "string", pattern: "^(a+)+$" },
    remote: { $ref: "http://127.0.0.1:1/schema.json" },
    self: { $ref: "#" },
    deep,
  };
  const tools = [
    { name: "hostile", inputSchema: { type: "object", properties, additionalProperties: true } },
    { name: "circle", inputSchema: { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } } },
    { name: "large", description: "x".repeat(70_000), inputSchema: { type: "object" } },
    { name: 7 },
    "echo",
  ];
  await using box = await mounted({ box: { tools } });
  assert.equal(box.mounts.status()[0]?.leftOut, 2);
  const args = {
    ...{ does: "echo", pattern: `${"a".repeat(40)}!`, remote: 1, deep: "x" },
    self: { self: { self: {} } },
  };
  assert.deepEqual(await box.answer("mcp_box_hostile", args), args);
  // A schema that has no end refuses every call of its own tool, and takes no time to speak of.
  assert.equal((await box.call("mcp_box_circle", { does: "echo" })).isError, true);
  assert.deepEqual(await box.answer("mcp_box_echo", { n: 1 }), { n: 1 });
  const { tools: listed } = await resultOf(await box.server.post(rpc("tools/list")));
  const shown = listed.find(({ name }: ToolResult) => name === "mcp_box_hostile");
  assert.deepEqual(shown.inputSchema.properties, properties);
});

Deno.test("a definition that is nested too deep fails alone, in whichever list it stands", async () => {
  const nest = (levels: number) => {
    let schema: Record<string, unknown> = { type: "string" };
    for (let level = 0; level < levels; level++) schema = { items: schema };
    return schema;
  };
  // The message, its result, the list, the entry and its schema stand around these.
  const fitting = { name: "fitting", inputSchema: { items: nest(64 - 6) } };
  const deep = { name: "deep", inputSchema: { items: nest(64 - 5) } };
  const bottomless = { name: "bottomless", inputSchema: { items: nest(5_000) } };
  await using box = await mounted({
    box: {
      tools: ["echo", deep, fitting, bottomless],
      prompts: [{ name: "fine" }, { name: "deep", _meta: nest(100) }],
      resources: [{ uri: "note://deep", name: "deep", _meta: nest(100) }, {
        uri: "note://a",
        name: "a",
      }],
    },
  });
  const [status] = box.mounts.status();
  assert.deepEqual([status?.state, status?.tools, status?.leftOut], ["ready", 2, 2]);
  assert.deepEqual(box.mounts.list().map(({ wire }) => wire.name), [
    "mcp_box_echo",
    "mcp_box_fitting",
  ]);
  assert.deepEqual(box.mounts.prompts.list().map(({ wire }) => wire.name), ["mcp_box_fine"]);
  assert.deepEqual(await box.answer("mcp_box_echo", { n: 1 }), { n: 1 });
  const listed = await resultOf(await box.server.post(rpc("resources/list")));
  const uris = listed.resources.map(({ uri }: { uri: string }) => uri);
  assert.ok(uris.includes("note://a") && !uris.includes("note://deep"));
});
