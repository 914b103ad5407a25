// Every client on a file as it has them: the server goes in and out again, and nothing else changes.

import assert from "node:assert/strict";
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Client, CLIENTS, STANZA_NAME } from "../../../src/cli/connect/clients.ts";
import type { Reach } from "../../../src/cli/connect/launch.ts";
import type { Places } from "../../../src/cli/connect/places.ts";
import { changeStanza, findStanza, printStanza } from "../../../src/cli/connect/stanza_file.ts";
import { tempHome } from "../../helpers/temp_home.ts";
import { afterOf, beforeOf, type Sample, SAMPLES } from "./_samples.ts";

const BRIDGE: Reach = { kind: "command", command: "/opt/car-mcp", args: ["stdio"] };
const URL_REACH: Reach = { kind: "url", url: "http://127.0.0.1:9102/mcp", headers: {} };
const PROJECT_REACH: Reach = { ...URL_REACH, headers: { "car-namespace": "host/project" } };

function clientOf({ client }: Pick<Sample, "client">): Client {
  const found = CLIENTS.find((one) => one.name === client);
  assert.ok(found !== undefined, client);
  return found;
}

function stanzaOf(client: Client, reach: Reach) {
  const stanza = client.stanza(reach);
  assert.ok(stanza !== undefined);
  return stanza;
}

function placesIn(home: string, platform = "linux"): Places {
  return { platform, home, project: join(home, "project"), variables: {} };
}

/** Writes a file with its folders; gives its path. */
function write(home: string, path: string, text: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

Deno.test("there is a sample for every client", () => {
  assert.deepEqual(SAMPLES.map(({ client }) => client), CLIENTS.map(({ name }) => name));
});

for (const sample of SAMPLES) {
  Deno.test(`changeStanza() puts the server into the file of ${sample.client} alone`, () => {
    using home = tempHome();
    const client = clientOf(sample);
    const path = write(home.path, sample.path, beforeOf(sample));
    assert.equal(client.path("user", placesIn(home.path)), path);
    chmodSync(path, 0o640);
    const stanza = stanzaOf(client, BRIDGE);
    const backup = `${path}.before-car-mcp`;
    assert.deepEqual(changeStanza(client, path, stanza), { path, changed: true, backup });
    assert.equal(readFileSync(path, "utf8"), afterOf(sample));
    assert.equal(readFileSync(backup, "utf8"), beforeOf(sample));
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(findStanza(client, path), stanza);
    // Again: nothing is written, the copy is still the one of the true former state.
    assert.deepEqual(changeStanza(client, path, stanza), { path, changed: false });
    assert.equal(readFileSync(backup, "utf8"), beforeOf(sample));
  });

  Deno.test(`changeStanza() takes the server out of the file of ${sample.client} again`, () => {
    using home = tempHome();
    const client = clientOf(sample);
    const path = write(home.path, sample.path, beforeOf(sample));
    assert.deepEqual(changeStanza(client, path, undefined), { path, changed: false });
    changeStanza(client, path, stanzaOf(client, BRIDGE));
    assert.equal(changeStanza(client, path, undefined).changed, true);
    assert.equal(findStanza(client, path), undefined);
    assert.ok(!readFileSync(path, "utf8").includes(STANZA_NAME));
    const squeezed = (text: string) => text.replaceAll(/\s/g, "");
    const left = squeezed(readFileSync(path, "utf8")).replace(',"mcpServers":{}', "");
    assert.equal(left, squeezed(beforeOf(sample)));
  });

  Deno.test(`changeStanza() makes the file of ${sample.client} where there is none`, () => {
    using home = tempHome();
    const client = clientOf(sample);
    const path = join(home.path, sample.path);
    const stanza = stanzaOf(client, BRIDGE);
    assert.equal(findStanza(client, path), undefined);
    assert.deepEqual(changeStanza(client, path, undefined), { path, changed: false });
    assert.deepEqual(changeStanza(client, path, stanza), { path, changed: true });
    assert.deepEqual(findStanza(client, path), stanza);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(dirname(path)), [path.slice(dirname(path).length + 1)]);
    // What --print shows is such a file, too.
    writeFileSync(path, printStanza(client, stanza));
    assert.deepEqual(findStanza(client, path), stanza);
  });

  Deno.test(`changeStanza() keeps what a person added to the server of ${sample.client}`, () => {
    using home = tempHome();
    const client = clientOf(sample);
    const path = write(home.path, sample.path, afterOf(sample));
    const text = afterOf(sample);
    const added = client.format === "toml"
      ? text.replace('"/opt/car-mcp"\n', '"/opt/car-mcp"\nenabled = false # for now\n')
      : text.replace('"command": "/opt/car-mcp"', '"disabled": true, "command": "/opt/car-mcp"');
    writeFileSync(path, added);
    const elsewhere = stanzaOf(client, { ...BRIDGE, command: "/usr/bin/car-mcp" });
    changeStanza(client, path, elsewhere);
    assert.equal(
      readFileSync(path, "utf8").match(/for now|"disabled": true, "command"/g)?.length,
      1,
    );
    const kept = client.format === "toml" ? { enabled: false } : { disabled: true };
    assert.deepEqual(findStanza(client, path), { ...elsewhere, ...kept });
    const byUrl = client.stanza(URL_REACH);
    if (byUrl === undefined) return;
    changeStanza(client, path, byUrl);
    assert.deepEqual(findStanza(client, path), { ...byUrl, ...kept });
  });
}

Deno.test("stanza() writes a server that is reached by URL as each client wants it", () => {
  const url = "http://127.0.0.1:9102/mcp";
  assert.deepEqual(Object.fromEntries(CLIENTS.map((one) => [one.name, one.stanza(URL_REACH)])), {
    "claude-code": { type: "http", url },
    "claude-desktop": undefined,
    cursor: { url },
    vscode: { type: "http", url },
    codex: { url },
    gemini: { httpUrl: url },
    zed: { url },
    windsurf: { serverUrl: url },
  });
});

const WITH_HEADERS: readonly (readonly [client: string, before: string, after: string])[] = [
  [
    "cursor",
    '{ "mcpServers": { "car": { "url": "x", /* mine */ "headers": { "x-mine": "1" /* why */ } } } }',
    '{ "mcpServers": { "car": { "url": "URL", /* mine */ "headers": { "x-mine": "1",\n  "car-namespace": "host/project" /* why */ } } } }',
  ],
  [
    "codex",
    '[mcp_servers.car]\nurl = "x"\nhttp_headers = { x-mine = "1" } # why\nenabled = true\n',
    '[mcp_servers.car]\nurl = "URL"\n' +
    'http_headers = { "x-mine" = "1", "car-namespace" = "host/project" }\nenabled = true\n',
  ],
];

for (const [name, before, after] of WITH_HEADERS) {
  Deno.test(`changeStanza() joins the headers of ${name} with those that are there`, () => {
    using home = tempHome();
    const client = clientOf({ client: name });
    const path = write(home.path, "settings", before);
    const stanza = stanzaOf(client, PROJECT_REACH);
    assert.equal(changeStanza(client, path, stanza).changed, true);
    const expected = after.replace("URL", "http://127.0.0.1:9102/mcp");
    assert.equal(readFileSync(path, "utf8"), expected);
    assert.equal(changeStanza(client, path, stanza).changed, false);
  });
}

Deno.test("changeStanza() leaves headers that it cannot join safely as they are", () => {
  using home = tempHome();
  const client = clientOf({ client: "codex" });
  const text = '[mcp_servers.car]\nurl = "x"\n[mcp_servers.car.http_headers]\nx-mine = "1"\n';
  const path = write(home.path, "settings", text);
  assert.throws(
    () => changeStanza(client, path, stanzaOf(client, PROJECT_REACH)),
    { code: "invalid_argument", message: /use --print and edit it/ },
  );
  assert.equal(readFileSync(path, "utf8"), text);
});

for (const client of CLIENTS) {
  const stanza = client.stanza(PROJECT_REACH);
  if (stanza === undefined) continue;
  Deno.test(`changeStanza() and printStanza() write the headers of ${client.name}`, () => {
    using home = tempHome();
    const path = write(home.path, "settings", "");
    changeStanza(client, path, stanza);
    const printed = write(home.path, "printed", printStanza(client, stanza));
    for (const file of [path, printed]) {
      const { headers, http_headers: tomlHeaders } = findStanza(client, file) ?? {};
      assert.deepEqual({ ...(headers ?? tomlHeaders ?? {}) }, PROJECT_REACH.headers);
    }
  });
}

Deno.test("path() knows the places on other systems, of projects, and where a person moved them", () => {
  const variables = { CLAUDE_CONFIG_DIR: "/c", CODEX_HOME: "/x", XDG_CONFIG_HOME: "/g" };
  const pathsOf = (scope: "user" | "project", places: Places) =>
    Object.fromEntries(CLIENTS.map((one) => [one.name, one.path(scope, places)]));
  assert.deepEqual(pathsOf("user", placesIn("/h", "darwin")), {
    "claude-code": "/h/.claude.json",
    "claude-desktop": "/h/Library/Application Support/Claude/claude_desktop_config.json",
    cursor: "/h/.cursor/mcp.json",
    vscode: "/h/Library/Application Support/Code/User/mcp.json",
    codex: "/h/.codex/config.toml",
    gemini: "/h/.gemini/settings.json",
    zed: "/h/.config/zed/settings.json",
    windsurf: "/h/.codeium/windsurf/mcp_config.json",
  });
  const moved = pathsOf("user", { ...placesIn("/h"), variables });
  assert.deepEqual(
    [moved["claude-code"], moved["codex"], moved["zed"], moved["vscode"]],
    ["/c/.claude.json", "/x/config.toml", "/g/zed/settings.json", "/g/Code/User/mcp.json"],
  );
  assert.deepEqual(pathsOf("project", placesIn("/h")), {
    "claude-code": "/h/project/.mcp.json",
    "claude-desktop": undefined,
    cursor: "/h/project/.cursor/mcp.json",
    vscode: "/h/project/.vscode/mcp.json",
    codex: "/h/project/.codex/config.toml",
    gemini: "/h/project/.gemini/settings.json",
    zed: "/h/project/.zed/settings.json",
    windsurf: undefined,
  });
});

const UNFIT: readonly (readonly [client: string, text: string, complaint: RegExp])[] = [
  ["cursor", '{"mcpServers": {"a": }', /mcp\.json is not JSON at line 1/],
  ["cursor", "{\n\n'a': 1}", /is not JSON at line 3/],
  ["cursor", "[]", /is no JSON object/],
  ["cursor", '{"mcpServers": []}', /something else than an object as "mcpServers"/],
  ["cursor", '{"mcpServers": {}, "mcpServers": {}}', /has "mcpServers" twice/],
  ["codex", "model = secret\n", /config\.toml is not TOML$/],
  ["codex", "mcp_servers = {}\n", /cannot be changed safely/],
  ["codex", 'mcp_servers.car.command = "x"\n', /cannot be changed safely/],
  ["codex", 'text = """\n[mcp_servers.car]\n"""\n[mcp_servers]\ncar = {command = "x"}\n', /safely/],
];

for (const [name, text, complaint] of UNFIT) {
  Deno.test(`changeStanza() refuses ${JSON.stringify(text)} and leaves it alone`, () => {
    using home = tempHome();
    const client = clientOf({ client: name });
    const path = write(home.path, name === "codex" ? "config.toml" : "mcp.json", text);
    assert.throws(() => changeStanza(client, path, stanzaOf(client, BRIDGE)), (thrown) => {
      assert.ok(thrown instanceof Error);
      assert.match(thrown.message, complaint);
      assert.doesNotMatch(thrown.message, /secret/);
      return true;
    });
    assert.equal(readFileSync(path, "utf8"), text);
    assert.equal(readdirSync(home.path).length, 1);
  });
}

Deno.test("changeStanza() writes through a link and keeps a byte order mark", () => {
  using home = tempHome();
  const client = clientOf({ client: "cursor" });
  const real = write(home.path, "dotfiles/cursor.json", '\uFEFF{"a": 1}\n');
  const path = join(home.path, "mcp.json");
  symlinkSync(real, path);
  changeStanza(client, path, stanzaOf(client, BRIDGE));
  assert.ok(lstatSync(path).isSymbolicLink());
  assert.ok(readFileSync(real, "utf8").startsWith('\uFEFF{"a": 1,\n'));
  assert.deepEqual(findStanza(client, path), stanzaOf(client, BRIDGE));
});

Deno.test("changeStanza() takes out a TOML server with its tables and leaves its neighbours", () => {
  using home = tempHome();
  const client = clientOf({ client: "codex" });
  const before = "a = 1\n\n# ours\n";
  const ours = '[mcp_servers.car]\ncommand = "x"\nargs = [\n  "[y]",\n]\n\n' +
    '[mcp_servers.car.env]\nA = "b"\n';
  const rest = '\n# the other one\n[mcp_servers.car2]\ncommand = "z"\n';
  const path = write(home.path, "config.toml", before + ours + rest);
  changeStanza(client, path, undefined);
  assert.equal(readFileSync(path, "utf8"), before + rest);
});
