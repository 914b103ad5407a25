import assert from "node:assert/strict";
import { blotter, resolveSecrets, secretsIn } from "../../src/upstream/secrets.ts";
import { mountedName, serverNameFrom } from "../../src/upstream/tool_names.ts";
import { readUpstreamFile, toolFilter } from "../../src/upstream/upstream_file.ts";

function faultOf(text: string): string {
  try {
    readUpstreamFile(text, "/u/box.toml");
  } catch (thrown) {
    assert.ok(thrown instanceof Error);
    return thrown.message;
  }
  return "";
}

Deno.test("readUpstreamFile() reads a command with all that may go with it", () => {
  const text = `command = "npx"
args = ["-y", "server"]
cwd = "/work"
timeoutMs = 5000
tools = ["read_*"]
enabled = false
pin = "off"
[env]
TOKEN = "\${env:TOKEN}"
`;
  assert.deepEqual(readUpstreamFile(text, "box.toml"), {
    target: {
      kind: "command",
      command: "npx",
      args: ["-y", "server"],
      env: { TOKEN: "${env:TOKEN}" },
      cwd: "/work",
    },
    timeoutMs: 5_000,
    tools: ["read_*"],
    isEnabled: false,
    isPinned: false,
  });
});

Deno.test("readUpstreamFile() reads a URL, and leaves out what is not said", () => {
  assert.deepEqual(readUpstreamFile('url = "https://a.example/mcp"', "box.toml"), {
    target: { kind: "url", url: "https://a.example/mcp", headers: {} },
    timeoutMs: 120_000,
    tools: undefined,
    isEnabled: true,
    isPinned: true,
  });
});

Deno.test("readUpstreamFile() names file, key and line of a fault, and no value", () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    [
      'command = "a"\nargs = "secret"',
      /^Upstream file \/u\/box.toml, line 2: key "args": expected array/,
    ],
    ['command = "a"\ncomand = "secret"', /line 2: key "comand": there is no such key$/],
    [
      'command = "a"\n[env]\n"A B" = "secret"',
      /key "env.A B": must be the name of a variable|key "env.A B"/,
    ],
    ['command = "a"\ncwd = "work"', /line 2: key "cwd": must be an absolute path$/],
    ['command = "a"\ntimeoutMs = 1', /line 2: key "timeoutMs"/],
    ['command = "a"\nurl = "https://a.example"', /either the key "command" or the key "url"$/],
    ["enabled = true", /either the key "command" or the key "url"$/],
    ['url = "ftp://a.example"', /line 1: key "url": must be a URL with http or https$/],
    ['url = "https://a.example"\nargs = ["secret"]', /key "args" goes with "command" only$/],
    ['command = "a"\nheaders = { A = "secret" }', /key "headers" goes with "url" only$/],
    ['command = "secret', /is not TOML at line 1, column \d+$/],
  ];
  for (const [text, complaint] of faults) {
    const fault = faultOf(text);
    assert.match(fault, complaint);
    assert.doesNotMatch(fault, /secret/);
  }
});

Deno.test("toolFilter() takes names, and stars for anything", () => {
  const accepts = toolFilter(["read", "list_*", "*_safe", "a*b*c"]);
  for (const name of ["read", "list_", "list_all", "is_safe", "abc", "a-b-b-c"]) {
    assert.equal(accepts(name), true, name);
  }
  for (const name of ["reads", "list", "safe", "ab", "acb", ""]) {
    assert.equal(accepts(name), false, name);
  }
  assert.equal(toolFilter(["ab*ba"])("aba"), false);
  assert.equal(toolFilter([])("any"), false);
  assert.equal(toolFilter(undefined)("any"), true);
});

Deno.test("resolveSecrets() puts in what references stand for, and names what is missing", () => {
  const sources = {
    variable: (name: string) => name === "TOKEN" ? "t0ken-$&" : undefined,
    file: (path: string) => `<${path}>`,
  };
  assert.equal(resolveSecrets("Bearer ${env:TOKEN}!", sources), "Bearer t0ken-$&!");
  assert.equal(resolveSecrets("${file:/a/b}", sources), "</a/b>");
  assert.equal(resolveSecrets("$HOME ${HOME}", sources), "$HOME ${HOME}");
  assert.throws(() => resolveSecrets("${env:OTHER}", sources), {
    code: "config_invalid",
    message: 'The environment variable "OTHER" is not set',
  });
  assert.deepEqual(secretsIn(["x ${env:TOKEN}", "${env:TOKEN}"], sources), ["t0ken-$&"]);
});

Deno.test("blotter() leaves no secret in what is written", () => {
  const blot = blotter(["abcdef", "abcdefgh", "short"]);
  assert.equal(blot("abcdefgh and abcdef, short"), "[secret] and [secret], short");
});

Deno.test("mountedName() is what hosts take, and stable", () => {
  assert.equal(mountedName("box", "read_file"), "mcp_box_read_file");
  assert.match(mountedName("box", "größe"), /^mcp_box_gr__e_[0-9a-f]{8}$/);
  assert.notEqual(mountedName("box", "größe"), mountedName("box", "grüße"));
  const long = mountedName("box", "x".repeat(200));
  assert.equal(long.length, 64);
  assert.equal(long, mountedName("box", "x".repeat(200)));
  assert.equal(mountedName("box", "x".repeat(56)).length, 64);
  assert.doesNotMatch(mountedName("box", "x".repeat(56)), /_[0-9a-f]{8}$/);
});

Deno.test("serverNameFrom() makes a name of what others call a server", () => {
  assert.equal(serverNameFrom("My Server_2"), "my-server-2");
  assert.equal(serverNameFrom("--GitHub--"), "github");
  assert.equal(serverNameFrom("日本"), undefined);
  assert.equal(serverNameFrom(`${"a".repeat(31)}-b`), "a".repeat(31));
});
