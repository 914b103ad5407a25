// Attack: the user of this machine has a hostile web page open. A real browser shows it; the page tries
// to store a fact and to read anything, from its own site and, after its name was rebound, as a page of
// what seems to be the server's own origin.

import assert from "node:assert/strict";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { BROWSER, openPage } from "./_browser.ts";
import { allowedPage, crossSitePage, reboundPage, type Seen } from "./_hostile_page.ts";
import { type HostileSite, openHostileSite } from "./_hostile_site.ts";
import { assertUnharmed, plant, startVictim, type Victim } from "./_victim.ts";

const NO_BROWSER = BROWSER === undefined;

/** Shows the site's page under a name and a port; gives what the page has seen. */
async function visit(site: HostileSite, name: string, port: number): Promise<readonly Seen[]> {
  if (BROWSER === undefined) throw new Error("There is no browser");
  const url = `http://${name}:${port}/?report=${site.ownPort}`;
  const names = `MAP ${name}:${port} 127.0.0.1:${site.port},MAP report.example 127.0.0.1`;
  await using _browser = openPage({ command: BROWSER, url, names });
  return await site.report;
}

function wereRead(seen: readonly Seen[]): readonly Seen[] {
  return seen.filter(({ status = 403 }) => status !== 403);
}

/** How many requests were answered 403. */
async function refusals(victim: Victim): Promise<number> {
  const text = await (await victim.send("GET", {}, "/metrics")).text();
  const counts = text.matchAll(/^car_http_requests_total\{[^}]*status="403"[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

testOnBoth("a page of another site stores nothing and reads nothing mcp:5", async (runtime) => {
  await using victim = await startVictim(runtime);
  const endpoints = ["127.0.0.1", "localhost"].map((name) => `http://${name}:${victim.port}/mcp`);
  await using site = await openHostileSite({ page: crossSitePage({ endpoints, plant }) });
  const seen = await visit(site, "evil.example", site.port);
  assert.equal(seen.filter(({ text }) => text !== "broken").length, 36);
  assert.deepEqual(seen.filter(({ text }) => text !== undefined), []);
  // Besides the 36 those of which a page learns nothing: beacons, forms, elements, and frames.
  assert.ok(await refusals(victim) > 36, "They came to the server");
  await assertUnharmed(victim);
}, NO_BROWSER);

testOnBoth("a page whose name was rebound is refused everything mcp:9", async (runtime) => {
  await using victim = await startVictim(runtime);
  const page = reboundPage(plant("from a rebound page"));
  await using site = await openHostileSite({ page, reboundTo: victim.port });
  const seen = await visit(site, "rebound.example", victim.port);
  // Of its own origin a page can read every answer, so each refusal is seen.
  assert.deepEqual(
    seen.map(({ attack, status }) => [attack, status]),
    ["post", "get", "delete", "options", "health", "metrics"].map((attack) => [attack, 403]),
  );
  assert.deepEqual(wereRead(seen), []);
  await assertUnharmed(victim);
}, NO_BROWSER);

// Shows that the attacks above fail because of the server, not because of their scripts.
Deno.test({
  name: "a page that the configuration allows can do what the others cannot",
  ignore: NO_BROWSER,
  fn: async () => {
    await using victim = await startVictim(DENO, {
      environment: { CAR_HTTP_ALLOWED_ORIGINS: "http://friend.example:9000" },
    });
    const page = allowedPage(victim.url, plant("from a friend"));
    await using site = await openHostileSite({ page });
    const seen = await visit(site, "friend.example", 9_000);
    assert.deepEqual(seen.map(({ status }) => status), [200]);
    await assertUnharmed(victim, ["from a friend"]);
  },
});
