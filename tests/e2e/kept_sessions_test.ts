// Sessions that outlive the server when `sessions.persist` is on, and what becomes of their file.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type App, start } from "../../src/app.ts";
import { loadConfig } from "../../src/config/config.ts";
import { openHome } from "../../src/storage/home.ts";
import { createSqliteSessions } from "../../src/storage/sqlite_sessions.ts";
import { storedEvent, storedSession } from "../helpers/stored_sessions.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, rpc } from "../helpers/test_app.ts";

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
