// Lent tools where callers show who they are: each user's clients lend to that user alone, under the rules
// of access that hold for all tools.

import assert from "node:assert/strict";
import { bearer, type GuardedApp, guardedApp, type Rules } from "../helpers/guarded_app.ts";
import {
  declared,
  lenderOf,
  type LendingClient,
  lentNames,
  nextCall,
  openLender,
  said,
} from "../helpers/lending_client.ts";
import { postModern } from "../helpers/modern_client.ts";
import { assertRpcError, call, resultOf } from "../helpers/test_app.ts";

/** A server that takes tools, and one user's way to it. */
async function guardedLending(rules: Rules = []) {
  const environment = { CAR_CLIENT_TOOLS_ENABLED: "true" };
  const server = await guardedApp({ environment, rules });
  const as = (principal: string, grant: Parameters<GuardedApp["give"]>[1] = {}): GuardedApp => {
    const authorization = bearer(server.give(principal, grant).token);
    return {
      ...server,
      post: (body, headers = {}) => server.post(body, { ...authorization, ...headers }),
      send: (method, headers, path) => server.send(method, { ...authorization, ...headers }, path),
    };
  };
  return { as, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function assertAnswered(
  server: GuardedApp,
  owner: LendingClient,
  name: string,
): Promise<void> {
  const stream = await owner.listen();
  const answering = server.post(call(name));
  await owner.answer(await nextCall(stream), said("done"));
  assert.deepEqual((await resultOf(await answering)).content, said("done").content);
  await stream.close();
}

Deno.test("what a user's client lends is that user's, with whatever token, and nobody else's", async () => {
  await using server = await guardedLending();
  const [ada, bob] = [server.as("ada"), server.as("bob")];
  const owner = await openLender(ada, [declared("open")]);
  const namesake = await openLender(bob, [declared("look")]);
  assert.deepEqual([owner.names, namesake.names], [
    { open: "client_ide_open" },
    { look: "client_ide_look" },
  ]);
  const adaAgain = server.as("ada");
  assert.deepEqual(await lentNames(adaAgain.post), ["client_ide_open"]);
  assert.deepEqual(await lentNames(bob.post), ["client_ide_look"]);
  await assertAnswered(adaAgain, owner, "client_ide_open");
  await assertRpcError(await bob.post(call("client_ide_open")), 200, -32602);
  await assertRpcError(await ada.post(call("client_ide_look")), 200, -32602);
  const modern = await resultOf(await postModern(bob, "tools/list"));
  const names = modern.tools.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("client_ide_look") && !names.includes("client_ide_open"));
  assert.equal(modern.cacheScope, "private");
  // The id of a session opens nothing for somebody else.
  const stolen = await lenderOf(bob, owner.id).post(call("client_ide_look"));
  assert.equal(stolen.status, 404);
  await stolen.body?.cancel();
});

Deno.test("rules of access hide a lent tool by the name that its owner gave it", async () => {
  await using server = await guardedLending([{ tools: ["deploy"], roles: ["operator"] }]);
  const [plain, operator] = [server.as("ada"), server.as("ada", { roles: ["operator"] })];
  const owner = await openLender(plain, [declared("deploy"), declared("open")]);
  assert.deepEqual(await lentNames(plain.post), ["client_ide_open"]);
  assert.deepEqual(await lentNames(operator.post), ["client_ide_deploy", "client_ide_open"]);
  await assertRpcError(await plain.post(call("client_ide_deploy")), 200, -32602);
  await assertAnswered(operator, owner, "client_ide_deploy");
});
