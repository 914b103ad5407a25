import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { FakeClock } from "../helpers/fake_clock.ts";
import { mounted } from "../helpers/mounted.ts";

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
