// Attack: another principal of the same server uses what is not its own: a session, the events of a
// session, a cursor, the state of a call that waits for an answer, a subscription; found out, guessed,
// or chosen beforehand.

import assert from "node:assert/strict";
import { modernRequest, postModern, responseOf } from "../helpers/modern_client.ts";
import { within } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import {
  assertRpcError,
  initializeRequest,
  notification,
  resultOf,
  rpc,
} from "../helpers/test_app.ts";
import { startVictim, type Victim } from "./_victim.ts";

const EVENT_STREAM = "text/event-stream";

type Headers = Readonly<Record<string, string>>;

function as(token: string, session?: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...(session !== undefined && { "mcp-session-id": session }),
  };
}

async function openSession(victim: Victim, headers: Headers): Promise<string> {
  const opened = await victim.post(initializeRequest("2025-11-25"), headers);
  await opened.body?.cancel();
  assert.equal(opened.status, 200);
  const id = opened.headers.get("mcp-session-id") ?? "";
  const told = await victim.post(notification("notifications/initialized"), {
    ...headers,
    "mcp-session-id": id,
  });
  await told.body?.cancel();
  return id;
}

async function statusOf(sent: Promise<Response>): Promise<number> {
  const response = await sent;
  await response.body?.cancel();
  return response.status;
}

testOnBoth(
  "a session of another principal is unknown to whoever has its id mcp:57",
  async (runtime) => {
    await using victim = await startVictim(runtime, { isGuarded: true });
    const ann = victim.give("ann");
    const mallory = victim.give("mallory");
    const session = await openSession(victim, as(ann));
    const stolen = as(mallory, session);
    const listen = { accept: EVENT_STREAM };
    assert.equal(await statusOf(victim.post(rpc("ping"), stolen)), 404);
    assert.equal(
      await statusOf(victim.post(notification("notifications/initialized"), stolen)),
      404,
    );
    assert.equal(await statusOf(victim.post({ jsonrpc: "2.0", id: 1, result: {} }, stolen)), 404);
    assert.equal(await statusOf(victim.post(initializeRequest("2025-11-25"), stolen)), 404);
    assert.equal(await statusOf(victim.send("GET", { ...stolen, ...listen })), 404);
    assert.equal(await statusOf(victim.send("DELETE", stolen)), 404);
    // Without a token at all, an id lets nobody in.
    assert.equal(await statusOf(victim.post(rpc("ping"), { "mcp-session-id": session })), 401);
    assert.equal(await statusOf(victim.post(rpc("ping"), as(ann, session))), 200);
  },
);

testOnBoth("a session id is neither guessed nor chosen beforehand", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  const ann = victim.give("ann");
  const session = await openSession(victim, as(ann));
  const flip = (at: number) =>
    session.slice(0, at) + (session[at] === "A" ? "B" : "A") + session.slice(at + 1);
  const guesses = [
    ...Array.from(session, (_, at) => flip(at)),
    session.slice(0, -1),
    `${session}A`,
    session.toLowerCase(),
    session.toUpperCase(),
    `${session},${session}`,
    `${session}%00`,
    "0",
    "*",
    "__proto__",
    "constructor",
    "../sessions",
  ].filter((guess) => guess !== session);
  for (const guess of guesses) {
    const status = await statusOf(victim.post(rpc("ping"), as(ann, guess)));
    assert.ok(status === 404 || status === 400, `${guess}: ${status}`);
  }
  const chosen = "A".repeat(32);
  for (const body of [initializeRequest("2025-11-25"), rpc("ping")]) {
    const opened = await victim.post(body, as(ann, chosen));
    await opened.body?.cancel();
    assert.notEqual(opened.headers.get("mcp-session-id"), chosen);
  }
  assert.equal(await statusOf(victim.post(rpc("ping"), as(ann, chosen))), 404);
});

testOnBoth("the events of another session are given to nobody else mcp:79", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  const ann = victim.give("ann");
  const mallory = victim.give("mallory");
  const hers = await openSession(victim, as(ann));
  const heard = await victim.send("GET", { ...as(ann, hers), accept: EVENT_STREAM });
  const events = new SseReader(heard);
  const first = await events.nextEvent();
  assert.ok(first?.id);
  await victim.post(rpc("resources/subscribe", { uri: "car://memory/status" }), as(ann, hers))
    .then((response) => response.body?.cancel());
  await victim.use("memory_add_fact", { subject: "secret", body: "of ann" }, ann);
  const told = await events.nextEvent();
  const theirs = await openSession(victim, as(mallory));
  for (const id of [first.id, told?.id ?? "", `${first.id}0`, "0", "-1", "1e9", "__proto__"]) {
    const headers = { ...as(mallory, theirs), accept: EVENT_STREAM, "last-event-id": id };
    const response = await victim.send("GET", headers);
    const text = response.status === 200 ? await firstBytes(response) : await response.text();
    assert.doesNotMatch(text, /secret|memory\/status/, id);
    const alone = { ...as(mallory), accept: EVENT_STREAM, "last-event-id": id };
    assert.equal(await statusOf(victim.send("GET", alone)), 400, id);
  }
  await events.close();
});

/** What a stream begins with, and the end of it. */
async function firstBytes(response: Response): Promise<string> {
  const reader = new SseReader(response);
  const event = await reader.nextEvent();
  await reader.close();
  return JSON.stringify(event);
}

testOnBoth(
  "a cursor is good for nobody else, and for nothing it was not made for",
  async (runtime) => {
    await using victim = await startVictim(runtime, { isGuarded: true });
    const ann = victim.give("ann", { namespaces: ["hers"] });
    const mallory = victim.give("mallory", { namespaces: ["theirs"] });
    const facts = Array.from({ length: 120 }, (_, at) => ({ subject: `secret ${at}`, body: "x" }));
    await Promise.all(facts.map((fact) => victim.use("memory_add_fact", fact, ann)));
    const { nextCursor } = await resultOf(await victim.post(rpc("resources/list"), as(ann)));
    assert.ok(nextCursor);
    const next = { cursor: nextCursor };
    assert.ok(await resultOf(await victim.post(rpc("resources/list", next), as(ann))));
    await assertRpcError(await victim.post(rpc("resources/list", next), as(mallory)), 200, -32602);
    await assertRpcError(await victim.post(rpc("tools/list", next), as(ann)), 200, -32602);
    const forged = [
      nextCursor.slice(0, -2),
      `${nextCursor}A`,
      btoa(JSON.stringify({ offset: 0, namespace: "hers" })),
      "0",
      "",
    ];
    for (const cursor of forged) {
      await assertRpcError(
        await victim.post(rpc("resources/list", { cursor }), as(mallory)),
        200,
        -32602,
      );
    }
  },
);

const APPROVAL = '[[require_approval]]\ntool = "memory_add_fact"\nreason = "it stays"\n';
const ELICITING = { elicitation: { form: {} } };

testOnBoth(
  "nobody answers the question of another principal's call mcp:130 mcp:131",
  async (runtime) => {
    const files = { "policies/ask.toml": APPROVAL };
    await using victim = await startVictim(runtime, { isGuarded: true, files });
    const ann = victim.give("ann");
    const mallory = victim.give("mallory");
    const asked = { name: "memory_add_fact", arguments: { subject: "approved", body: "by ann" } };
    const options = { capabilities: ELICITING, headers: as(ann) };
    const question = await resultOf(await postModern(victim, "tools/call", asked, options));
    assert.equal(question.resultType, "input_required");
    const { requestState, inputRequests } = question;
    const [key = ""] = Object.keys(inputRequests);
    const inputResponses = { [key]: { action: "accept", content: contentFor(inputRequests[key]) } };
    const answered = { ...asked, requestState, inputResponses };
    const send = (params: Record<string, unknown>, token: string) =>
      postModern(victim, "tools/call", params, { capabilities: ELICITING, headers: as(token) });
    await assertRpcError(await send(answered, mallory), 200, -32602);
    const changed = { ...answered, arguments: { subject: "approved", body: "by mallory" } };
    await assertRpcError(await send(changed, ann), 200, -32602);
    assert.deepEqual(await victim.subjects(ann), []);
    assert.equal((await resultOf(await send(answered, ann))).resultType, "complete");
    await assertRpcError(await send(answered, ann), 200, -32602);
    assert.deepEqual(await victim.subjects(ann), ["approved"]);
  },
);

// deno-lint-ignore no-explicit-any -- a form is whatever its schema says
function contentFor(request: any): Record<string, unknown> {
  const properties = request?.params?.requestedSchema?.properties ?? {};
  return Object.fromEntries(Object.keys(properties).map((name) => [name, true]));
}

testOnBoth("nobody cancels or hears what another principal listens to", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  const ann = victim.give("ann", { namespaces: ["hers"] });
  const mallory = victim.give("mallory", { namespaces: ["theirs"] });
  const add = async (token: string) => {
    const fact = { subject: "a matter", body: "x" };
    await victim.use("memory_add_fact", fact, token);
    const { facts } = await victim.use("memory_query", { query: fact.subject }, token);
    return { id: facts[0].id, uri: `car://memory/fact/${facts[0].id}` };
  };
  const herFact = await add(ann);
  const theirFact = await add(mallory);
  const listen = (token: string) => {
    const uris = [herFact.uri, theirFact.uri];
    const { body, headers } = modernRequest("subscriptions/listen", {
      notifications: { resourceSubscriptions: uris },
    }, { id: "same", headers: as(token) });
    return victim.post(body, headers);
  };
  const hers = new SseReader(await listen(ann));
  const theirs = new SseReader(await listen(mallory));
  await hers.next();
  await theirs.next();
  const cancel = modernRequest("notifications/cancelled", { requestId: "same" }, {
    headers: as(mallory),
  });
  const { id: _, ...notified } = cancel.body;
  await statusOf(victim.post(notified, cancel.headers));
  await victim.use("memory_delete", { id: herFact.id }, ann);
  assert.equal((await within(hers.next(), "news")).params.uri, herFact.uri);
  // Would ann's change have been told to mallory, it came before that of mallory's own.
  await victim.use("memory_delete", { id: theirFact.id }, mallory);
  assert.equal((await within(theirs.next(), "news")).params.uri, theirFact.uri);
  await theirs.close();
  await hers.close();
});

testOnBoth("a token that was taken back takes its sessions with it mcp:176", async (runtime) => {
  await using victim = await startVictim(runtime, { isGuarded: true });
  const ann = victim.give("ann");
  const other = victim.give("ann");
  const session = await openSession(victim, as(ann));
  victim.revoke(ann);
  assert.equal(await statusOf(victim.post(rpc("ping"), as(ann, session))), 401);
  assert.equal(await statusOf(victim.post(rpc("ping"), as(other, session))), 404);
  const pinged = await postModern(victim, "server/discover", {}, { headers: as(other) });
  assert.ok((await responseOf(pinged)).result);
});
