import assert from "node:assert/strict";
import { createKeyDownload } from "../../src/auth/key_download.ts";
import type { FetchedKeys } from "../../src/auth/key_set.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { issuerKey, keySetOf } from "../helpers/fake_issuer.ts";
import { jsonAnswer, type KeyAnswer, keyServer } from "../helpers/key_server.ts";

const KEY = await issuerKey("ES256", "a");
const KEY_SET = keySetOf(KEY);
const LIMITS = limitsWith({ keySetBytesMax: 4_096 });

async function fetched(answer: KeyAnswer): Promise<FetchedKeys> {
  await using server = await keyServer(answer);
  return await createKeyDownload({ url: server.url, clock: new FakeClock(), limits: LIMITS })
    .fetch();
}

async function complaintAbout(answer: KeyAnswer): Promise<string> {
  const outcome = await fetched(answer);
  return outcome.kind === "failed" ? outcome.why : "it was taken";
}

Deno.test("createKeyDownload() fetches a key set", async () => {
  const outcome = await fetched(jsonAnswer({ ...KEY_SET, more: true }));
  assert.ok(outcome.kind === "keys");
  assert.deepEqual(outcome.keys.map(({ id }) => id), ["a"]);
});

Deno.test("createKeyDownload() takes no other status than 200", async () => {
  for (const status of [201, 204, 400, 401, 404, 500, 503]) {
    const why = await complaintAbout(jsonAnswer(KEY_SET, status));
    assert.equal(why, `It answered with status ${status}, not 200`);
  }
});

Deno.test("createKeyDownload() follows no redirect, wherever it leads", async () => {
  await using inner = await keyServer(jsonAnswer(KEY_SET));
  for (const status of [301, 302, 303, 307, 308]) {
    const why = await complaintAbout((_request, response) => {
      response.writeHead(status, { location: inner.url });
      response.end();
    });
    assert.match(why, new RegExp(`status ${status}`));
  }
  assert.deepEqual(inner.asked, []);
});

Deno.test("createKeyDownload() reads no more bytes than it may", async () => {
  const padded = { ...KEY_SET, padding: "" };
  const room = LIMITS.keySetBytesMax - JSON.stringify(padded).length;
  const exact = await fetched(jsonAnswer({ ...KEY_SET, padding: "x".repeat(room) }));
  assert.equal(exact.kind, "keys");
  const tooLong = "It sent more than 4096 bytes";
  const over = jsonAnswer({ ...KEY_SET, padding: "x".repeat(room + 1) });
  assert.equal(await complaintAbout(over), tooLong);
  assert.equal(await complaintAbout(jsonAnswer("x".repeat(10 * 1024 * 1024))), tooLong);
  // A body without an end.
  const endless: KeyAnswer = (_request, response) => {
    const more = () =>
      void response.write("x".repeat(1_024), (fault) => fault ? undefined : more());
    more();
  };
  assert.equal(await complaintAbout(endless), tooLong);
});

Deno.test("createKeyDownload() reads nothing but a key set", async () => {
  const deep = `{"keys":${"[".repeat(500)}${"]".repeat(500)}}`;
  const texts = [deep, "", "<html>", "{", "null", "[]", '{"keys":{}}', "[".repeat(4_000), "\u0000"];
  for (const text of texts) {
    const why = await complaintAbout((_request, response) => void response.end(text));
    assert.equal(why, "It sent no key set", text);
  }
});

Deno.test("createKeyDownload() says that nobody is there", async () => {
  const server = await keyServer(jsonAnswer(KEY_SET));
  await server[Symbol.asyncDispose]();
  const clock = new FakeClock();
  const source = createKeyDownload({ url: server.url, clock, limits: LIMITS });
  const outcome = await source.fetch();
  assert.ok(outcome.kind === "failed");
  assert.match(outcome.why, /^It cannot be reached/);
  assert.equal(clock.timers, 0);
});

Deno.test("createKeyDownload() waits so long and no longer, for the answer and for its body", async () => {
  const silent: KeyAnswer = () => {};
  const halting: KeyAnswer = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"keys":[');
  };
  for (const answer of [silent, halting]) {
    const asked = Promise.withResolvers<void>();
    await using server = await keyServer((request, response) => {
      answer(request, response);
      asked.resolve();
    });
    const clock = new FakeClock();
    const source = createKeyDownload({ url: server.url, clock, limits: LIMITS });
    const outcome = source.fetch();
    await asked.promise;
    clock.advance(LIMITS.keySetFetchMs);
    assert.deepEqual(await outcome, { kind: "failed", why: "It did not answer in time" });
    assert.equal(clock.timers, 0);
  }
});

Deno.test("createKeyDownload() ends what is under way when it is closed, again and again", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await keyServer(() => asked.resolve());
  const source = createKeyDownload({ url: server.url, clock: new FakeClock(), limits: LIMITS });
  const outcome = source.fetch();
  await asked.promise;
  source.close();
  source.close();
  assert.deepEqual(await outcome, { kind: "failed", why: "It was not waited for" });
});

Deno.test("createKeyDownload() shows no credentials", async () => {
  await using server = await keyServer(jsonAnswer(KEY_SET));
  const seen: (readonly string[])[] = [];
  server.answer((request, response) => {
    seen.push(Object.keys(request.headers));
    jsonAnswer(KEY_SET)(request, response);
  });
  await createKeyDownload({ url: server.url, clock: new FakeClock(), limits: LIMITS }).fetch();
  assert.deepEqual(seen.flat().filter((name) => /auth|cookie|origin|referer/.test(name)), []);
});
