// Several people at one server, and who of them did what to its memory: as processes,
// with tokens from the shell.

import assert from "node:assert/strict";
import { startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { shell, teamHome } from "../helpers/team_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";

testOnBoth("the audit tells people apart, and holds nothing that was refused", async (runtime) => {
  using home = teamHome();
  const run = (...args: string[]) => shell(runtime, home.path, ...args);
  const ann = await run("token", "create", "ann", "--role", "admin");
  const bob = await run("token", "create", "bob");
  await using server = await startServer(runtime, home.path);
  const enter = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const withToken = (request: Request) =>
      fetch(request, { headers: [...request.headers, ...Object.entries(headers)] });
    return await clientOf(withToken, server.firstLine).open();
  };
  const [hers, his] = [await enter(ann), await enter(bob)];
  const added = await resultOf(
    await his.post(call("memory_add_fact", { subject: "secret", body: "said by bob" })),
  );
  const { id } = added.structuredContent;
  // He may not, and the tool is not there for him.
  const refused = await (await his.post(call("memory_delete", { id }))).text();
  assert.match(refused, /Unknown tool/);
  await resultOf(await hers.post(call("memory_delete", { id })));
  await run("memory", "add", "from the shell", "of this machine");

  const audited = async (...args: string[]) => {
    const { entries } = JSON.parse(await run("audit", "--json", ...args));
    return entries.map((entry: Record<string, unknown>) => [entry["principal"], entry["action"]]);
  };
  assert.deepEqual(await audited(), [["bob", "added"], ["ann", "erased"], ["local", "added"]]);
  assert.deepEqual(await audited("--principal", "ann"), [["ann", "erased"]]);
  assert.deepEqual(await audited("--id", id), [["bob", "added"], ["ann", "erased"]]);
  assert.equal((await server.stop()).code, 0);
});
