import assert from "node:assert/strict";
import { checkIdentityProvider } from "../../../src/cli/doctor/identity_provider.ts";
import type { Diagnosis } from "../../../src/cli/doctor/diagnosis.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { issuerKey, keySetOf } from "../../helpers/fake_issuer.ts";
import { jsonAnswer, type KeyAnswer, keyServer } from "../../helpers/key_server.ts";
import { tempHome } from "../../helpers/temp_home.ts";

async function diagnosed(answer: KeyAnswer): Promise<Diagnosis | undefined> {
  await using server = await keyServer(answer);
  using home = tempHome();
  const environment = {
    CAR_HOME: home.path,
    CAR_AUTH_JWT_ISSUER: "https://id.example/",
    CAR_AUTH_JWT_JWKS: server.url,
    CAR_AUTH_JWT_AUDIENCE: "https://car.example/mcp",
  };
  const [diagnosis] = await checkIdentityProvider(loadConfig({ environment }), new FakeClock());
  return diagnosis;
}

Deno.test("checkIdentityProvider() says nothing where there is no identity provider", async () => {
  using home = tempHome();
  const config = loadConfig({ environment: { CAR_HOME: home.path } });
  assert.deepEqual(await checkIdentityProvider(config, new FakeClock()), []);
});

Deno.test("checkIdentityProvider() says how many keys can be had", async () => {
  const diagnosis = await diagnosed(jsonAnswer(keySetOf(await issuerKey("ES256", "a"))));
  assert.equal(diagnosis?.state, "well");
  assert.match(diagnosis?.says ?? "", /^1 key at http:/);
});

Deno.test("checkIdentityProvider() says why no key can be had", async () => {
  const down = await diagnosed(jsonAnswer({}, 503));
  assert.equal(down?.state, "bad");
  assert.match(down?.says ?? "", /status 503/);
  const unfit = await diagnosed(jsonAnswer({ keys: [{ kty: "oct", k: "AAAA" }] }));
  assert.equal(unfit?.state, "bad");
  assert.match(unfit?.says ?? "", /^none of the 1 key at .* is for RS256, ES256 or EdDSA$/);
});
