import assert from "node:assert/strict";
import { openAsking, TAKES_STREAMS } from "../helpers/asking_session.ts";
import type { FakeChildPlan } from "../helpers/fake_plan.ts";
import { mounted } from "../helpers/mounted.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { call } from "../helpers/test_app.ts";

async function eraOf(plan: FakeChildPlan): Promise<string | undefined> {
  await using box = await mounted({ box: { tools: ["echo"], ...plan } }, {
    limits: { upstreamProbeMs: 300 },
  });
  assert.deepEqual(await box.answer("mcp_box_echo", { a: 1 }), { a: 1 });
  return box.mounts.status()[0]?.era;
}

Deno.test("a child is probed for its era and greeted if it has none mcp:160", async () => {
  assert.equal(await eraOf({ era: "modern" }), "modern");
  assert.equal(await eraOf({ era: "legacy", probe: "refuse" }), "legacy");
  assert.equal(await eraOf({ era: "legacy", probe: "silent" }), "legacy");
  assert.equal(await eraOf({ era: "legacy", probe: "exit" }), "legacy");
});

Deno.test("what a probe found is remembered for the command", async () => {
  const plan: FakeChildPlan = { tools: ["process"], probe: "exit", says: "started" };
  const limits = { upstreamProbeMs: 60_000 };
  await using first = await mounted({ box: plan }, { limits });
  assert.equal(first.errors.length, 2);
  await using second = await mounted({ box: plan }, { limits, records: first.records });
  assert.equal(await second.answer("mcp_box_process") > 0, true);
  assert.deepEqual(second.errors, ["started"]);
});

Deno.test("a child that was remembered wrongly is found out anew", async () => {
  const plan: FakeChildPlan = { era: "modern", tools: ["echo"] };
  const launch = JSON.stringify(plan);
  const wrong = { pins: {}, held: [], era: { launch, era: "legacy" as const } };
  await using box = await mounted({ box: plan }, { records: new Map([["box", wrong]]) });
  assert.equal(box.mounts.status()[0]?.era, "modern");
});

Deno.test("what a modern child asks for is offered to a caller that declared it mcp:163", async () => {
  await using box = await mounted({ box: { era: "modern", tools: ["input", "declared"] } });
  const requests = {
    name: {
      method: "elicitation/create",
      params: { message: "Who?", requestedSchema: { type: "object", properties: {} } },
    },
  };
  const refused = await box.call("mcp_box_input", { requests });
  assert.equal(refused.isError, true);
  assert.match(refused.content[0].text, /did not declare elicitation/);
  const asking = await openAsking(box.server, {
    capabilities: { elicitation: { form: {} }, experimental: { x: {} } },
  });
  const stream = new SseReader(
    await asking.post(call("mcp_box_input", { requests }), TAKES_STREAMS),
  );
  const question = await stream.next();
  assert.equal(question.params.message, "Who?");
  await asking.post({ jsonrpc: "2.0", id: question.id, result: { action: "decline" } });
  assert.deepEqual(JSON.parse((await stream.next()).result.content[0].text), {
    responses: { name: { action: "decline" } },
    state: "s1",
  });
  const declared = await (await asking.post(call("mcp_box_declared"))).json();
  assert.equal(declared.result.content[0].text, '{"elicitation":{"form":{}}}');
  assert.deepEqual(await box.answer("mcp_box_declared"), {});
});

Deno.test("a result of an unknown kind is an error of the tool", async () => {
  await using box = await mounted({ box: { era: "modern", tools: ["odd", "echo"] } });
  const odd = await box.call("mcp_box_odd");
  assert.equal(odd.isError, true);
  assert.match(odd.content[0].text, /unknown kind of result/);
  assert.deepEqual(await box.answer("mcp_box_echo", {}), {});
});

Deno.test("a modern child that changes its list is listed again", async () => {
  await using box = await mounted({ box: { era: "modern", tools: ["relist"] } });
  const changed = Promise.withResolvers<void>();
  box.mounts.onChange(changed.resolve);
  await box.call("mcp_box_relist", { tools: ["echo"] });
  await changed.promise;
  assert.deepEqual(box.mounts.list().map(({ wire }) => wire.name), ["mcp_box_echo"]);
});
