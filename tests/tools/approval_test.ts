// Calls that a person has to approve, over whole sessions whose clients answer this or that.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ADA, WHO } from "../helpers/asking_rounds.ts";
import { answerTo, askingSession, TAKES_STREAMS } from "../helpers/asking_session.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { postModern } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { call, resultOf } from "../helpers/test_app.ts";
import { refusalOf } from "../helpers/use_tool.ts";

const NEEDS_APPROVAL = `
  [[require_approval]]
  tool = "skill_*"
  reason = "skills are shared"
  [[rate_limit_tool]]
  tool = "skill_list"
  max_calls = 1
  interval_secs = 60
`;

async function governed(capabilities: Record<string, unknown> = { elicitation: {} }) {
  const clock = new FakeClock();
  const session = await askingSession([], { capabilities, clock });
  const folder = join(session.server.home, "policies");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.toml"), NEEDS_APPROVAL);
  clock.advance(1_000);
  return session;
}

type Governed = Awaited<ReturnType<typeof governed>>;

/** Calls the tool and gives the question, and a way to answer it that gives the result. */
async function askedFor(session: Governed, args: Record<string, unknown> = {}, id = 1) {
  const stream = new SseReader(await session.post(call("skill_list", args, id), TAKES_STREAMS));
  const question = await stream.next();
  return {
    question,
    async answer(message: unknown) {
      await session.post(message);
      return (await stream.next()).result;
    },
  };
}

Deno.test("a call runs once the person has approved it, having seen what it is", async () => {
  await using session = await governed();
  const { question, answer } = await askedFor(session, { domain: "work" });
  assert.equal(question.method, "elicitation/create");
  assert.equal(
    question.params.message,
    "A policy asks for your approval (skills are shared): " +
      'may the tool "skill_list" be called with {"domain":"work"}?',
  );
  assert.deepEqual(question.params.requestedSchema.required, ["approve"]);
  const result = await answer(answerTo(question, { action: "accept", content: { approve: true } }));
  assert.equal(result.isError, undefined);
  assert.deepEqual(result.structuredContent.skills, []);
});

const NOT_APPROVED: readonly (readonly [string, (id: number) => unknown])[] = [
  ["says no", (id) => answerTo({ id }, { action: "accept", content: { approve: false } })],
  ["says nothing", (id) => answerTo({ id }, { action: "accept", content: {} })],
  [
    "says yes in words",
    (id) => answerTo({ id }, { action: "accept", content: { approve: "yes" } }),
  ],
  ["declines", (id) => answerTo({ id }, { action: "decline" })],
  ["closes the form", (id) => answerTo({ id }, { action: "cancel" })],
  ["has a client that fails", (id) => ({ jsonrpc: "2.0", id, error: { code: -1, message: "no" } })],
];

for (const [name, message] of NOT_APPROVED) {
  Deno.test(`a call is denied, and not counted, when the person ${name}`, async () => {
    await using session = await governed();
    for (let round = 0; round < 2; round++) {
      const { question, answer } = await askedFor(session);
      assert.equal(
        refusalOf(await answer(message(question.id))),
        "Denied by policy: require_approval:skill_*" +
          " (The person at the client did not approve the call)",
      );
    }
    const { question, answer } = await askedFor(session);
    const approved = { action: "accept", content: { approve: true } };
    assert.equal((await answer(answerTo(question, approved))).isError, undefined);
  });
}

Deno.test("a call that waits for approval is denied if its rate is used up meanwhile", async () => {
  await using session = await governed();
  const [first, second] = [await askedFor(session), await askedFor(session, {}, 2)];
  const approved = { action: "accept", content: { approve: true } };
  assert.equal((await first.answer(answerTo(first.question, approved))).isError, undefined);
  const late = await second.answer(answerTo(second.question, approved));
  assert.match(refusalOf(late), /rate_limit_tool:skill_list/);
});

Deno.test("nobody is asked for a call that is denied anyway", async () => {
  await using session = await governed();
  const { question, answer } = await askedFor(session);
  await answer(answerTo(question, { action: "accept", content: { approve: true } }));
  const denied = await resultOf(await session.post(call("skill_list")));
  assert.match(refusalOf(denied), /rate_limit_tool:skill_list/);
});

Deno.test("a call is denied when its client did not declare that it can be asked", async () => {
  await using session = await governed({});
  const denied = await resultOf(await session.post(call("skill_list"), TAKES_STREAMS));
  assert.match(refusalOf(denied), /this client cannot be asked for it/);
  const alone = await resultOf(await session.server.post(call("skill_list")));
  assert.match(refusalOf(alone), /this client cannot be asked for it/);
});

Deno.test("policy_check warns of an approval where the person can be asked", async () => {
  await using session = await governed();
  const request = call("policy_check", { tool: "skill_list" });
  const { structuredContent } = await resultOf(await session.post(request));
  assert.equal(structuredContent.decision, "allow");
  assert.deepEqual(
    structuredContent.findings.map((
      { rule, severity }: Record<string, string>,
    ) => [rule, severity]),
    [["require_approval:skill_*", "warn"]],
  );
});

Deno.test("long arguments are shown to the person by their start", async () => {
  await using session = await governed();
  const { question, answer } = await askedFor(session, { domain: "d".repeat(10_000) });
  assert.ok(question.params.message.length < 1_200);
  await answer(answerTo(question, { action: "decline" }));
});

Deno.test("a stateless client approves by a second round, and the two rounds count as one call", async () => {
  await using session = await governed();
  const { server } = session;
  const send = async (more: Record<string, unknown> = {}) =>
    await resultOf(
      await postModern(server, "tools/call", { name: "skill_list", ...more }, {
        capabilities: { elicitation: {} },
      }),
    );
  const approve = { action: "accept", content: { approve: true } };
  const asked = await send();
  assert.equal(asked.resultType, "input_required");
  const { requestState } = asked;
  const done = await send({ requestState, inputResponses: { answer: approve } });
  assert.deepEqual(done.structuredContent.skills, []);
  const again = await send();
  const next = { requestState: again.requestState, inputResponses: { answer: approve } };
  const refused = await send(next);
  assert.equal(refused.isError, true);
  assert.ok(refused.content[0].text.includes("rate_limit_tool"), refused.content[0].text);
});

Deno.test("a call of a limited tool that asks by itself counts once over its rounds", async () => {
  const clock = new FakeClock();
  const tools = [talkingTool("limited", (context) => context.ask(WHO))];
  await using session = await askingSession(tools, { clock });
  mkdirSync(join(session.server.home, "policies"));
  const rule = '[[rate_limit_tool]]\ntool = "limited"\nmax_calls = 1\ninterval_secs = 60\n';
  writeFileSync(join(session.server.home, "policies", "a.toml"), rule);
  clock.advance(1_000);
  const send = async (more: Record<string, unknown> = {}) =>
    await resultOf(
      await postModern(session.server, "tools/call", { name: "limited", ...more }, {
        capabilities: { elicitation: {} },
      }),
    );
  const { requestState } = await send();
  const done = await send({ requestState, inputResponses: { answer: ADA } });
  assert.deepEqual(done.structuredContent.said, ADA);
  assert.match((await send()).content[0].text, /rate_limit_tool/);
});
