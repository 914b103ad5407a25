// Sessions that outlive the server when `sessions.persist` is on, and what becomes of their file.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type App, start } from "../../src/app.ts";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { loadConfig } from "../../src/config/config.ts";
import { openHome } from "../../src/storage/home.ts";
import { createSqliteSessions } from "../../src/storage/sqlite_sessions.ts";
import { answerTo, openAsking, TAKES_STREAMS } from "../helpers/asking_session.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { storedEvent, storedSession } from "../helpers/stored_sessions.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf, rpc } from "../helpers/test_app.ts";

function startOn(home: string, persist: boolean, writeLog = (_: string) => {}): Promise<App> {
  const environment = { CAR_HOME: home, CAR_SESSIONS_PERSIST: String(persist) };
  return start({ config: loadConfig({ environment }), isDaemon: false, writeLog });
}

async function pingAfterRestart(persist: boolean): Promise<number> {
  using home = tempHome();
  const before = await startOn(home.path, persist);
  const { id } = await clientOf((request) => before.fetch(request), before.url).open();
  await before.stop();
  const after = await startOn(home.path, persist);
  const client = clientOf((request) => after.fetch(request), after.url);
  const answer = await client.post(rpc("ping"), { "mcp-session-id": id });
  await answer.body?.cancel();
  await after.stop();
  return answer.status;
}

Deno.test("start() knows the sessions of before when sessions.persist is on", async () => {
  assert.deepEqual([await pingAfterRestart(true), await pingAfterRestart(false)], [200, 404]);
});

Deno.test("start() serves with a damaged sessions file and warns of it", async () => {
  using home = tempHome();
  const { folder, sessions } = openHome(home.path);
  writeFileSync(sessions, "no database ".repeat(1_000));
  const lines: string[] = [];
  const app = await startOn(home.path, true, (line) => void lines.push(line));
  await clientOf((request) => app.fetch(request), app.url).open();
  await app.stop();
  assert.ok(lines.some((line) => line.includes("sessions_set_aside")));
  assert.ok(readdirSync(folder).includes("sessions.db.damaged"));
});

Deno.test("memory_delete takes the fact out of the kept events", async () => {
  using home = tempHome();
  const { folder, sessions } = openHome(home.path);
  const kept = createSqliteSessions({ path: sessions, onSetAside: () => assert.fail() });
  kept.saveSession(storedSession("old", { lastUsedMs: Date.now() }));
  kept.saveEvent("old", storedEvent(1, { json: '{"text":"the vault code is 7791"}' }));
  kept.saveEvent("old", storedEvent(2, { json: '{"uri":"fact://vault-7791-id"}' }));
  kept.close();
  const app = await startOn(home.path, true);
  const session = await clientOf((request) => app.fetch(request), app.url).open();
  const id = "vault-7791-id";
  const fact = { id, subject: "vault", body: "the vault code is 7791" };
  for (const request of [call("memory_add_fact", fact), call("memory_delete", { id })]) {
    const answer = await session.post(request);
    assert.match(await answer.text(), /"isError":false|"structuredContent"/);
  }
  const files = readdirSync(folder).filter((name) => name.startsWith("sessions.db"));
  for (const name of files) assert.ok(!readFileSync(join(folder, name)).includes("7791"), name);
  await app.stop();
});

Deno.test("what memory_delete answers on a stream names the id to its caller and in no file", async () => {
  using home = tempHome();
  const { folder } = openHome(home.path);
  // A question comes first, so the answer comes on the stream that it has opened.
  mkdirSync(join(home.path, "policies"));
  writeFileSync(
    join(home.path, "policies", "ask.toml"),
    '[[require_approval]]\ntool = "memory_delete"\n',
  );
  const before = await startOn(home.path, true);
  const client = clientOf((request) => before.fetch(request), before.url);
  const session = await openAsking(client, { capabilities: { elicitation: {} } });
  const id = "vault-7791-id";
  const fact = { id, subject: "vault", body: "the vault code is 7791" };
  assert.equal(
    (await resultOf(await session.post(call("memory_add_fact", fact)))).isError,
    undefined,
  );
  const stream = new SseReader(await session.post(call("memory_delete", { id }), TAKES_STREAMS));
  const question = await stream.next();
  await session.post(answerTo(question, { action: "accept", content: { approve: true } }));
  const deleted = (await stream.next()).result.structuredContent;
  assert.deepEqual([deleted.id, deleted.deleted], [id, true]);
  await stream.close();
  const isAnywhere = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes("7791"));
  assert.ok(!isAnywhere());
  await before.stop();
  assert.ok(!isAnywhere());
  // What is kept says that it was done, to whoever was cut off.
  const kept = createSqliteSessions({
    path: join(folder, "sessions.db"),
    onSetAside: () => assert.fail(),
  });
  const texts = (kept.takeSession(session.id, LOCAL_PRINCIPAL.id)?.events ?? []).map(({ json }) =>
    json
  )
    .filter((json) => json.includes("deleted"));
  assert.equal(texts.length, 1);
  const { result } = JSON.parse(texts[0] ?? "");
  assert.deepEqual([result.structuredContent.id, result.structuredContent.deleted], ["", true]);
  kept.close();
});
