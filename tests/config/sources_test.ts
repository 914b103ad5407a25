// Where the settings come from, and which source wins.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { type ConfigSources, ENVIRONMENT_NAMES, loadConfig } from "../../src/config/config.ts";
import { CONFIG_KEYS, environmentNameOf } from "../../src/config/keys.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** The settings of a home with this file in it. */
function load(toml: string, sources: ConfigSources = {}) {
  using home = tempHome();
  writeFileSync(join(home.path, "config.toml"), toml);
  const environment = { CAR_HOME: home.path, ...sources.environment };
  return loadConfig({ ...sources, environment });
}

Deno.test("loadConfig() gives the standard values when nothing is set", () => {
  using home = tempHome();
  assert.deepEqual(loadConfig({ environment: { CAR_HOME: home.path } }), {
    home: home.path,
    bind: { hostname: "127.0.0.1", port: 9102 },
    allowedOrigins: [],
    auth: { local: "none", tokens: false, access: [], allowUnauthenticated: false, jwt: undefined },
    allowedHosts: [],
    requireSession: false,
    tls: undefined,
    logLevel: "info",
    logFormat: undefined,
    sessionIdleMs: 1_800_000,
    openAfterMs: 200,
    compat: "none",
    persistSessions: false,
    keepAliveMs: 15_000,
    durability: "full",
    offer: "all",
    searchAbove: 1_000_000,
    takesClientTools: false,
    limits: limitsWith(),
  });
});

Deno.test("loadConfig() lives in .car of the user when no home is named", () => {
  using empty = tempHome();
  const config = join(empty.path, "config.toml");
  writeFileSync(config, "");
  for (const environment of [{}, { CAR_HOME: "" }]) {
    assert.equal(loadConfig({ flags: { config }, environment }).home, join(homedir(), ".car"));
  }
});

Deno.test("loadConfig() takes the home of the command line before that of the environment", () => {
  using one = tempHome();
  using other = tempHome();
  const sources = { flags: { home: one.path }, environment: { CAR_HOME: other.path } };
  assert.equal(loadConfig(sources).home, one.path);
});

Deno.test("loadConfig() reads every key from the file", () => {
  const config = load(`
    [http]
    bind = "[::1]:0"
    allowedOrigins = ["https://app.example:8443"]
    allowedHosts = ["car.example"]
    requireSession = true
    [log]
    level = "debug"
    format = "text"
    [sessions]
    idleMs = 1000
    max = 7
    [streams]
    keepAliveMs = 100
    [memory]
    durability = "normal"
    [tools]
    offer = ["verify"]
    answerBytesMax = 2048
    [limits]
    callMs = 10
  `);
  assert.deepEqual(config.bind, { hostname: "::1", port: 0 });
  assert.deepEqual(config.allowedOrigins, ["https://app.example:8443"]);
  assert.deepEqual(config.allowedHosts, ["car.example"]);
  assert.equal(config.requireSession, true);
  assert.equal(config.logLevel, "debug");
  assert.equal(config.logFormat, "text");
  assert.equal(config.sessionIdleMs, 1000);
  assert.equal(config.limits.sessionsMax, 7);
  assert.equal(config.keepAliveMs, 100);
  assert.equal(config.durability, "normal");
  assert.deepEqual(config.offer, ["verify"]);
  assert.equal(config.limits.answerBytesMax, 2048);
  assert.equal(config.limits.callMs, 10);
});

Deno.test("loadConfig() reads every key from the environment", () => {
  const config = load("", {
    environment: {
      CAR_HTTP_BIND: "localhost:1",
      CAR_HTTP_ALLOWED_ORIGINS: "http://a.example, http://b.example",
      CAR_HTTP_ALLOWED_HOSTS: "a.example",
      CAR_HTTP_REQUIRE_SESSION: "true",
      CAR_LOG_LEVEL: "warn",
      CAR_LOG_FORMAT: "json",
      CAR_SESSIONS_IDLE_MS: "2000",
      CAR_SESSIONS_MAX: "8",
      CAR_STREAMS_KEEP_ALIVE_MS: "200",
      CAR_MEMORY_DURABILITY: "normal",
      CAR_TOOLS_OFFER: "verify,memory_query",
      CAR_TOOLS_ANSWER_BYTES_MAX: "4096",
      CAR_LIMITS_CALL_MS: "20",
    },
  });
  assert.deepEqual(config.bind, { hostname: "localhost", port: 1 });
  assert.deepEqual(config.allowedOrigins, ["http://a.example", "http://b.example"]);
  assert.deepEqual(config.allowedHosts, ["a.example"]);
  assert.equal(config.requireSession, true);
  assert.equal(config.logLevel, "warn");
  assert.equal(config.logFormat, "json");
  assert.equal(config.sessionIdleMs, 2000);
  assert.equal(config.limits.sessionsMax, 8);
  assert.equal(config.keepAliveMs, 200);
  assert.equal(config.durability, "normal");
  assert.deepEqual(config.offer, ["verify", "memory_query"]);
  assert.equal(config.limits.answerBytesMax, 4096);
  assert.equal(config.limits.callMs, 20);
});

Deno.test("loadConfig() lets the environment win over the file, and a flag over both", () => {
  const toml = '[http]\nbind = "127.0.0.1:1"\n[log]\nlevel = "error"';
  const environment = { CAR_HTTP_BIND: "127.0.0.1:2", CAR_LOG_LEVEL: "warn" };
  const flags = { "http.bind": "127.0.0.1:3", "log.level": "debug" };
  const read = (sources: ConfigSources) => {
    const { bind, logLevel } = load(toml, sources);
    return [bind.port, logLevel];
  };
  assert.deepEqual(read({}), [1, "error"]);
  assert.deepEqual(read({ environment }), [2, "warn"]);
  assert.deepEqual(read({ environment, flags }), [3, "debug"]);
});

Deno.test("loadConfig() takes CAR_MCP_BIND as the address, before CAR_HTTP_BIND", () => {
  const environment = { CAR_HTTP_BIND: "127.0.0.1:1", CAR_MCP_BIND: "127.0.0.1:2" };
  assert.equal(load("", { environment }).bind.port, 2);
});

Deno.test("loadConfig() takes an empty variable as one that is not set", () => {
  const environment = { CAR_LOG_LEVEL: "", CAR_MCP_BIND: "" };
  assert.equal(load('[log]\nlevel = "error"', { environment }).logLevel, "error");
});

Deno.test("loadConfig() reads the file that a flag names instead of the one in the home", () => {
  using folder = tempHome();
  const config = join(folder.path, "other.toml");
  writeFileSync(config, '[log]\nlevel = "debug"');
  assert.equal(load('[log]\nlevel = "error"', { flags: { config } }).logLevel, "debug");
});

Deno.test("ENVIRONMENT_NAMES has a variable of its own for the home and each key", () => {
  assert.equal(new Set(ENVIRONMENT_NAMES).size, ENVIRONMENT_NAMES.length);
  for (const { name } of [...CONFIG_KEYS, { name: "home" }]) {
    assert.ok(ENVIRONMENT_NAMES.includes(environmentNameOf(name)), name);
  }
});

Deno.test("environmentNameOf() writes a key in capitals with underscores", () => {
  assert.equal(environmentNameOf("http.allowedOrigins"), "CAR_HTTP_ALLOWED_ORIGINS");
  assert.equal(environmentNameOf("limits.bodyBytesMax"), "CAR_LIMITS_BODY_BYTES_MAX");
});
