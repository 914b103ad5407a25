// How calls of lent tools end that are not simply answered: cancelled, too late, left alone, too many.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerTo, openAsking, TAKES_STREAMS } from "../helpers/asking_session.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import {
  declared,
  lending,
  lendingApp,
  nextCall,
  openLender,
  said,
  strays,
  streamsAre,
} from "../helpers/lending_client.ts";
import { messagesOf, postModern } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { TASKS } from "../helpers/task_client.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, notification, resultOf } from "../helpers/test_app.ts";
import { refusalOf } from "../helpers/use_tool.ts";

Deno.test("a cancelled call is cancelled at the owner, whose late answer finds nobody", async () => {
  await using it = await lending();
  const { server, stream, owner, caller, callOpen } = it;
  const cancelled = callOpen({}, 5);
  const asked = await nextCall(stream);
  const taken = await caller.post(notification("notifications/cancelled", { requestId: 5 }));
  await taken.body?.cancel();
  assert.equal((await cancelled).status, 202);
  const told = await stream.next();
  assert.equal(told.method, "notifications/cancelled");
  assert.equal(told.params.requestId, asked.id);
  await owner.answer(asked, said("late"));
  assert.equal(await strays(server), 1);
});

Deno.test("an owner that never answers is given up after its time", async () => {
  const clock = new FakeClock();
  const environment = { CAR_LIMITS_CLIENT_CALL_MS: "90000" };
  await using it = await lending({ clock, environment });
  const { stream, callOpen } = it;
  const answering = callOpen();
  const asked = await nextCall(stream);
  clock.advance(90_000);
  clock.advance(1_000);
  const complaint = refusalOf(await resultOf(await answering));
  assert.equal(complaint, 'Client "ide" did not answer within 90000 ms');
  const told = await stream.next();
  assert.equal(told.params.requestId, asked.id);
});

Deno.test("an owner that ends its session ends the waits for it", async () => {
  await using it = await lending();
  const { stream, owner, callOpen } = it;
  const answering = [callOpen({}, 1), callOpen({}, 2)];
  await nextCall(stream);
  await nextCall(stream);
  await owner.leave();
  for (const answer of answering) {
    const complaint = refusalOf(await resultOf(await answer));
    assert.equal(complaint, 'Client "ide" went away before it answered');
  }
  assert.equal((await (await callOpen()).json()).error.code, -32602);
});

Deno.test("an owner whose stream is cut is waited for a while, and then given up", async () => {
  const clock = new FakeClock();
  const environment = { CAR_LIMITS_CLIENT_ABSENCE_MS: "5000" };
  await using server = await lendingApp({ clock, environment });
  const owner = await openLender(server, [declared("open")]);
  const stream = await owner.listen();
  const answering = server.post(call("client_ide_open"));
  const asked = await nextCall(stream);
  await stream.close();
  await streamsAre(server, 0);
  clock.advance(4_000);
  const again = await owner.listen();
  clock.advance(20_000);
  await again.close();
  await streamsAre(server, 0);
  // The looks of a second each, and as long again as an owner may be gone.
  for (let passed = 0; passed < 8_000; passed += 250) clock.advance(250);
  const complaint = refusalOf(await resultOf(await answering));
  assert.equal(complaint, 'Client "ide" went away before it answered');
  const back = await owner.listen();
  assert.equal((await back.next()).params.requestId, asked.id);
  await back.close();
});

Deno.test("an owner that resumes its stream is sent the call that it missed, and answers it", async () => {
  await using server = await lendingApp();
  const owner = await openLender(server, [declared("open")]);
  const stream = await owner.listen();
  const first = server.post(call("client_ide_open", { n: 1 }));
  await owner.answer(await nextCall(stream), said("first"));
  await resultOf(await first);
  const seen = stream.lastId ?? "";
  const answering = server.post(call("client_ide_open", { n: 2 }));
  const lost = await nextCall(stream);
  await stream.close();
  const resumed = await owner.listen(seen);
  const missed = await nextCall(resumed);
  assert.deepEqual(missed, lost);
  await owner.answer(missed, said("second"));
  assert.equal((await resultOf(await answering)).content[0].text, "second");
  await resumed.close();
});

Deno.test("calls beyond what one owner may have to answer are refused", async () => {
  const environment = { CAR_LIMITS_CLIENT_CALLS_MAX: "2" };
  await using it = await lending({ environment });
  const { stream, owner, callOpen } = it;
  const waiting = [callOpen({}, 1), callOpen({}, 2)];
  const asked = [await nextCall(stream), await nextCall(stream)];
  const refused = refusalOf(await resultOf(await callOpen({}, 3)));
  assert.equal(refused, 'Client "ide" has 2 calls to answer, and takes no more');
  for (const each of asked) await owner.answer(each, said("done"));
  for (const answer of waiting) await resultOf(await answer);
  const next = callOpen({}, 4);
  await owner.answer(await nextCall(stream), said("room again"));
  assert.equal((await resultOf(await next)).content[0].text, "room again");
});

Deno.test("an owner that floods with answers harms nobody's call", async () => {
  await using it = await lending();
  const { server, stream, owner, callOpen } = it;
  const answering = callOpen();
  const asked = await nextCall(stream);
  const flood = Array.from({ length: 200 }, (_, index) => asked.id + 1 + index);
  await Promise.all(flood.map((id) => owner.answer({ id }, said("flood"))));
  await owner.answer(asked, said("done"));
  assert.equal((await resultOf(await answering)).content[0].text, "done");
  assert.equal(await strays(server), 200);
});

Deno.test("a stateless caller that goes away takes its call back at the owner", async () => {
  await using it = await lending();
  const { server, stream } = it;
  const params = { name: "client_ide_open", arguments: {} };
  const request = postModern(server, "tools/call", params, { progressToken: "t" });
  const asked = await nextCall(stream);
  const report = { progressToken: asked.id, progress: 1 };
  await (await it.owner.post(notification("notifications/progress", report))).body?.cancel();
  const answer = new SseReader(await request);
  assert.equal((await answer.next()).params.progress, 1);
  await answer.close();
  const told = await stream.next();
  assert.deepEqual([told.method, told.params.requestId], ["notifications/cancelled", asked.id]);
});

Deno.test("a long call goes on as a task, and is taken back when the task is cancelled", async () => {
  const clock = new FakeClock();
  await using it = await lending({ clock });
  const { server, owner, stream } = it;
  const options = { capabilities: TASKS };
  const ask = async (method: string, params: Record<string, unknown>) =>
    (await messagesOf(await postModern(server, method, params, options))).at(-1).result;
  const begin = async () => {
    const beginning = ask("tools/call", { name: "client_ide_open", arguments: {} });
    const asked = await nextCall(stream);
    clock.advance(6_000);
    const { resultType, taskId } = await beginning;
    assert.equal(resultType, "task");
    return { asked, taskId };
  };
  const first = await begin();
  const notifications = { taskIds: [first.taskId] };
  const listening = await postModern(server, "subscriptions/listen", { notifications }, options);
  await owner.answer(first.asked, said("done at last"));
  const { status, result } = (await messagesOf(listening)).at(-2).params;
  assert.deepEqual([status, result.content], ["completed", said("done at last").content]);
  const second = await begin();
  await ask("tasks/cancel", { taskId: second.taskId });
  const { method, params } = await stream.next();
  assert.deepEqual([method, params.requestId], ["notifications/cancelled", second.asked.id]);
});

Deno.test("a call that needs approval reaches the owner once its caller's person approved", async () => {
  using home = tempHome();
  mkdirSync(join(home.path, "policies"));
  const rule = '[[require_approval]]\ntool = "open"\n';
  writeFileSync(join(home.path, "policies", "a.toml"), rule);
  await using it = await lending({ environment: { CAR_HOME: home.path } });
  const { server, owner, stream } = it;
  const caller = await openAsking(server, { capabilities: { elicitation: {} } });
  const ask = async (answer: Record<string, unknown>) => {
    const messages = new SseReader(await caller.post(call("client_ide_open"), TAKES_STREAMS));
    const question = await messages.next();
    await caller.post(answerTo(question, answer));
    return messages;
  };
  const declined = (await (await ask({ action: "decline" })).next()).result;
  assert.match(refusalOf(declined), /^Denied by policy: require_approval:open/);
  const approved = await ask({ action: "accept", content: { approve: true } });
  await owner.answer(await nextCall(stream), said("opened"));
  assert.deepEqual((await approved.next()).result.content, said("opened").content);
});
