// What the configuration refuses: each fault with its key and its source, and without the value where it
// may be a secret.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CarError } from "../../src/base/errors.ts";
import { LIMIT_RANGES } from "../../src/base/limit_ranges.ts";
import { type ConfigSources, loadConfig } from "../../src/config/config.ts";
import { CONFIG_KEYS, CONFIGURABLE_LIMITS, environmentNameOf } from "../../src/config/keys.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SECRET = "hunter2";

/** The complaint about these sources, with the key it names. */
function complaintAbout(sources: ConfigSources, toml?: string): { message: string; key: unknown } {
  using home = tempHome();
  if (toml !== undefined) writeFileSync(join(home.path, "config.toml"), toml);
  try {
    loadConfig({ ...sources, environment: { CAR_HOME: home.path, ...sources.environment } });
  } catch (thrown) {
    assert.ok(thrown instanceof CarError, String(thrown));
    assert.equal(thrown.code, "config_invalid");
    return { message: thrown.message, key: thrown.data.key };
  }
  assert.fail("It was accepted");
}

const load = (environment: Record<string, string>) => {
  using home = tempHome();
  return loadConfig({ environment: { CAR_HOME: home.path, ...environment } });
};

const WRONG_LINES: readonly (readonly [key: string, toml: string])[] = [
  ["http.bind", "http.bind = 9102"],
  ["http.bind", `http.bind = "${SECRET}"`],
  ["http.allowedOrigins", `http.allowedOrigins = "https://${SECRET}"`],
  ["http.allowedOrigins", `http.allowedOrigins = ["https://app.example/${SECRET}"]`],
  ["http.allowedOrigins", `http.allowedOrigins = ["https://user:${SECRET}@app.example"]`],
  ["http.allowedOrigins", 'http.allowedOrigins = ["null"]'],
  ["http.allowedOrigins", 'http.allowedOrigins = ["*"]'],
  ["http.allowedHosts", `http.allowedHosts = ["https://${SECRET}"]`],
  ["http.requireSession", 'http.requireSession = "yes"'],
  ["log.level", `log.level = "${SECRET}"`],
  ["log.format", 'log.format = "xml"'],
  ["sessions.idleMs", "sessions.idleMs = 999"],
  ["sessions.idleMs", "sessions.idleMs = 1000.5"],
  ["sessions.max", "sessions.max = 0"],
  ["streams.keepAliveMs", "streams.keepAliveMs = 99"],
  ["memory.durability", 'memory.durability = "some"'],
  ["tools.offer", "tools.offer = []"],
  ["tools.offer", 'tools.offer = "none"'],
  ["tools.offer", "tools.offer = [1]"],
  ["tools.answerBytesMax", "tools.answerBytesMax = 1023"],
  ["limits.callMs", "limits.callMs = nan"],
  ["limits.callMs", "limits.callMs = inf"],
  ["limits.callMs", "limits.callMs = 2026-01-01"],
  ["limits.callMs", "limits.callMs = -1"],
];

for (const [key, line] of WRONG_LINES) {
  Deno.test(`loadConfig() names the key when the file says ${line}`, () => {
    const complaint = complaintAbout({}, line);
    assert.equal(complaint.key, key);
    assert.ok(
      complaint.message.startsWith(`Configuration key "${key}" (from /`),
      complaint.message,
    );
    assert.match(complaint.message, /config\.toml\): \S/);
    assert.ok(!complaint.message.includes(SECRET), complaint.message);
    assert.ok(!complaint.message.includes("\n"), complaint.message);
  });
}

const UNKNOWN_LINES: readonly (readonly [key: string, toml: string])[] = [
  ["bind", "bind = 1"],
  ["http.bnid", "http.bnid = 1"],
  ["http.bind.host", 'http.bind = { host = "x" }'],
  ["http", "http = 1"],
  ["limits.sessionsMax", "limits.sessionsMax = 5"],
  ["__proto__", "__proto__ = 1"],
  ["constructor", "constructor = 1"],
  ["home", `home = "/${SECRET}"`],
];

for (const [key, line] of UNKNOWN_LINES) {
  Deno.test(`loadConfig() refuses the unknown key of ${line}`, () => {
    const { message } = complaintAbout({}, line);
    assert.ok(message.includes(`onfiguration key "${key}"`), message);
    assert.ok(!message.includes(SECRET), message);
  });
}

Deno.test("loadConfig() says what tools.offer may be", () => {
  for (const line of ['tools.offer = "none"', "tools.offer = [1]"]) {
    assert.match(complaintAbout({}, line).message, /must be "all", "core" or a list of names/);
  }
});

Deno.test("loadConfig() names the line of a file that is not TOML and repeats nothing of it", () => {
  for (const line of [`token = ${SECRET}`, `"${SECRET}`, "log.level = 1\nlog.level = 2"]) {
    const { message } = complaintAbout({}, `# a comment\n${line}\n`);
    assert.match(message, /config\.toml is not TOML at line [23], column \d+$/);
    assert.ok(!message.includes(SECRET), message);
  }
});

Deno.test("loadConfig() refuses a file that a flag names and that cannot be read", () => {
  using folder = tempHome();
  mkdirSync(join(folder.path, "folder"));
  for (const config of [join(folder.path, "missing.toml"), join(folder.path, "folder")]) {
    const { message } = complaintAbout({ flags: { config } });
    assert.ok(message.startsWith(`Cannot read the configuration file ${config}: `), message);
  }
});

Deno.test("loadConfig() refuses a home that is not absolute and says where it came from", () => {
  for (const home of ["x", "./x", "~/x", "../x"]) {
    assert.match(complaintAbout({ flags: { home } }).message, /^"home" \(from --home\) must be/);
    const environment = { CAR_HOME: home };
    assert.match(complaintAbout({ environment }).message, /^"home" \(from CAR_HOME\) must be/);
  }
});

Deno.test("loadConfig() names the variable or the command line as the source", () => {
  const fromVariable = complaintAbout({ environment: { CAR_LOG_LEVEL: SECRET } });
  assert.match(fromVariable.message, /^Configuration key "log\.level" \(from CAR_LOG_LEVEL\): /);
  const fromFlag = complaintAbout({ flags: { "log.level": SECRET } });
  assert.match(fromFlag.message, /^Configuration key "log\.level" \(from the command line\): /);
  const fromAlias = complaintAbout({ environment: { CAR_MCP_BIND: SECRET } });
  assert.match(fromAlias.message, /^Configuration key "http\.bind" \(from CAR_MCP_BIND\): /);
  assert.ok(![fromVariable, fromFlag, fromAlias].some(({ message }) => message.includes(SECRET)));
});

Deno.test("loadConfig() refuses text that only looks like a number or a truth", () => {
  for (const text of ["1e3", "0x10", " 5000", "5_000", "1.0", "many"]) {
    assert.equal(
      complaintAbout({ environment: { CAR_LIMITS_CALL_MS: text } }).key,
      "limits.callMs",
    );
  }
  for (const text of ["1", "yes", "TRUE"]) {
    const { key } = complaintAbout({ environment: { CAR_HTTP_REQUIRE_SESSION: text } });
    assert.equal(key, "http.requireSession");
  }
});

for (const name of CONFIGURABLE_LIMITS) {
  Deno.test(`loadConfig() takes limits.${name} within its range and refuses it outside`, () => {
    const { min, max } = LIMIT_RANGES[name];
    const variable = environmentNameOf(`limits.${name}`);
    for (const value of [min, max]) {
      assert.equal(load({ [variable]: String(value) }).limits[name], value);
    }
    for (const value of [min - 1, max + 1]) {
      const complaint = complaintAbout({ environment: { [variable]: String(value) } });
      assert.equal(complaint.key, `limits.${name}`);
      assert.ok(complaint.message.includes(String(value < min ? min : max)), complaint.message);
    }
  });
}

Deno.test("the standard value of each key is one that its own schema takes", () => {
  for (const { name, schema, standard } of CONFIG_KEYS) {
    if (standard !== undefined) assert.ok(schema.safeParse(standard).success, name);
  }
});
