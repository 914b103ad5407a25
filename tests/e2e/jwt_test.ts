// Clients that show tokens of an identity provider, to the program as a process of its own: with a token
// that they were given, and with one that they find the way to by themselves.

import assert from "node:assert/strict";
import { type CuttingProxy, startProxy } from "../helpers/cutting_proxy.ts";
import { type FakeProvider, fakeProvider } from "../helpers/fake_provider.ts";
import { type RunningProcess, startServer } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { connectSdk, SDK_NAMES } from "../helpers/sdk_clients.ts";
import { SignIn } from "../helpers/sdk_sign_in.ts";
import { tempHome } from "../helpers/temp_home.ts";

const FACT = { subject: "deploy key", body: "The deploy key lives in the vault" };
const EVERYTHING = "tools:call resources:read";

/** Starts the program behind a name that is known before its port is: that name is the audience. */
async function startGuarded(
  runtime: Runtime,
  home: string,
  parts: { readonly provider: FakeProvider; readonly proxy: CuttingProxy },
): Promise<RunningProcess> {
  const { provider, proxy } = parts;
  const server = await startServer(runtime, home, [], {
    CAR_HTTP_ALLOWED_HOSTS: proxy.host,
    CAR_AUTH_JWT_ISSUER: provider.issuer,
    CAR_AUTH_JWT_JWKS: provider.keySetUrl,
    CAR_AUTH_JWT_AUDIENCE: proxy.url,
  });
  proxy.leadTo(Number(new URL(server.firstLine).port));
  return server;
}

for (const name of SDK_NAMES) {
  testOnBoth(`the ${name} client is let in by a token that it was given`, async (runtime) => {
    using home = tempHome();
    await using provider = await fakeProvider();
    await using proxy = await startProxy();
    await using server = await startGuarded(runtime, home.path, { provider, proxy });
    {
      const token = await provider.token(proxy.url, { scope: EVERYTHING });
      await using client = await connectSdk(name, proxy.url, { token });
      assert.ok((await client.listTools()).length > 0);
      assert.equal((await client.call("memory_add_fact", FACT)).isError, false);
      const found = await client.call("memory_query", { query: "deploy key" });
      assert.match(found.text, /vault/);
      const elsewhere = await provider.token("https://other.example/mcp", { scope: EVERYTHING });
      await assert.rejects(connectSdk(name, proxy.url, { token: elsewhere }));
      await assert.rejects(connectSdk(name, proxy.url, { token: `${token}x` }));
      await assert.rejects(connectSdk(name, proxy.url));
    }
    const { code, stderr } = await server.stop();
    assert.equal(code, 0);
    assert.ok(!stderr.includes("eyJ"), "a token is in the log");
  });

  testOnBoth(
    `the ${name} client finds its way to a token, and to a wider one mcp:168 mcp:171`,
    async (runtime) => {
      using home = tempHome();
      await using provider = await fakeProvider();
      await using proxy = await startProxy();
      await using _server = await startGuarded(runtime, home.path, { provider, proxy });
      provider.consentTo(["resources:read"]);
      await using client = await connectSdk(name, proxy.url, { signIn: new SignIn() });
      assert.deepEqual(provider.asked, [{ resource: proxy.url, scope: EVERYTHING }]);
      provider.consentTo("all");
      assert.equal((await client.call("memory_add_fact", FACT)).isError, false);
      const { resource, scope } = provider.asked[1] ?? { scope: "" };
      assert.equal(resource, proxy.url);
      assert.deepEqual(new Set(scope.split(" ")), new Set(EVERYTHING.split(" ")));
      const found = await client.call("memory_query", { query: "deploy key" });
      assert.match(found.text, /vault/);
      assert.equal(provider.asked.length, 2);
    },
  );
}
