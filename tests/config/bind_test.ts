// Which addresses can be bound, and which only where somebody asks who is calling.

import assert from "node:assert/strict";
import { assertGuarded } from "../../src/authentication.ts";
import { readBind, urlHost } from "../../src/config/bind.ts";
import { loadConfig } from "../../src/config/config.ts";
import { tempHome } from "../helpers/temp_home.ts";

function configOf(text: string, environment: Record<string, string> = {}) {
  using home = tempHome();
  return loadConfig({
    environment: { CAR_HOME: home.path, CAR_HTTP_BIND: text, ...environment },
  });
}

function bindOf(text: string) {
  return configOf(text).bind;
}

Deno.test("readBind() takes the loopback names and addresses with any port", () => {
  assert.deepEqual(readBind("127.0.0.1:9102"), { hostname: "127.0.0.1", port: 9102 });
  assert.deepEqual(readBind("127.255.255.255:0"), { hostname: "127.255.255.255", port: 0 });
  assert.deepEqual(readBind("[::1]:65535"), { hostname: "::1", port: 65_535 });
  assert.deepEqual(readBind("LocalHost:1"), { hostname: "LocalHost", port: 1 });
});

// Each of them is enough.
const GUARDS = [
  ["CAR_AUTH_TOKENS", "true"],
  ["CAR_AUTH_LOCAL", "token"],
  ["CAR_AUTH_ALLOW_UNAUTHENTICATED", "true"],
] as const;

for (
  const address of [
    "0.0.0.0:0",
    "[::]:0",
    "[::ffff:127.0.0.1]:0",
    "10.0.0.1:1",
    "128.0.0.1:1",
    "127.0.0.256:1",
    "127.0.1:1",
    "127.1:1",
    "localhost.evil.example:1",
    "127.0.0.1.evil.example:1",
    "example.com:9102",
  ]
) {
  Deno.test(`assertGuarded() refuses ${address} without authentication mcp:17`, () => {
    assert.throws(() => assertGuarded(configOf(address)), {
      code: "config_invalid",
      message: /"http\.bind": .* is not a loopback address; without authentication/,
    });
    for (const [name, value] of GUARDS) assertGuarded(configOf(address, { [name]: value }));
    assert.throws(
      () => assertGuarded(configOf(address, { CAR_COMPAT: "car", CAR_AUTH_TOKENS: "true" })),
      { code: "config_invalid" },
    );
  });
}

for (const text of ["9102", ":9102", "127.0.0.1", "127.0.0.1:", "::1:80", "http://127.0.0.1:1"]) {
  Deno.test(`http.bind refuses "${text}" as no address`, () => {
    assert.throws(() => bindOf(text), { code: "config_invalid", message: /HOST:PORT/ });
  });
}

Deno.test("http.bind refuses a port past the last one", () => {
  assert.throws(() => bindOf("127.0.0.1:65536"), { message: /port must be 0 to 65535, not 65536/ });
  assert.throws(() => bindOf("127.0.0.1:-1"), { code: "config_invalid" });
});

Deno.test("urlHost() puts an IPv6 address into brackets", () => {
  assert.equal(urlHost("::1"), "[::1]");
  assert.equal(urlHost("127.0.0.1"), "127.0.0.1");
});

Deno.test("assertGuarded() refuses rules that would hold nobody to anything", () => {
  const rules = { CAR_AUTH_ACCESS: '[{"tools":["memory_delete"],"roles":["admin"]}]' };
  const address = "127.0.0.1:9102";
  for (const others of [{}, { CAR_AUTH_LOCAL: "token" }]) {
    assert.throws(() => assertGuarded(configOf(address, { ...rules, ...others })), {
      code: "config_invalid",
      message: /^Configuration key "auth\.access": .*auth\.tokens or auth\.jwt is needed$/,
    });
  }
  assertGuarded(configOf(address, { ...rules, CAR_AUTH_TOKENS: "true" }));
});
