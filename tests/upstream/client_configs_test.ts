import assert from "node:assert/strict";
import { readClientConfig } from "../../src/upstream/client_configs.ts";
import { clientPlaces } from "../../src/upstream/client_places.ts";

Deno.test("readClientConfig() reads what Claude, Cursor and their like write", () => {
  const text = JSON.stringify({
    mcpServers: {
      "My Files": {
        command: "npx",
        args: ["-y", "files", "${ROOT}/a"],
        env: { KEY: "${KEY}", N: 1 },
      },
      web: { type: "http", url: "https://a.example/mcp", headers: { A: "Bearer ${env:T}" } },
      gemini: { httpUrl: "https://b.example/mcp" },
    },
    projects: { "/work": { mcpServers: { third: { command: "third", cwd: "/work" } } }, "/x": {} },
  });
  assert.deepEqual(readClientConfig(text, "a.json"), {
    servers: [
      {
        name: "my-files",
        target: {
          kind: "command",
          command: "npx",
          args: ["-y", "files", "${env:ROOT}/a"],
          env: { KEY: "${env:KEY}" },
          cwd: undefined,
        },
      },
      {
        name: "web",
        target: { kind: "url", url: "https://a.example/mcp", headers: { A: "Bearer ${env:T}" } },
      },
      { name: "gemini", target: { kind: "url", url: "https://b.example/mcp", headers: {} } },
      {
        name: "third",
        target: { kind: "command", command: "third", args: [], env: {}, cwd: "/work" },
      },
    ],
    skipped: [],
  });
});

Deno.test("readClientConfig() reads comments and late commas of VS Code, and the TOML of Codex", () => {
  const code = `{ // mine
    "servers": { "a": { "command": "a//b", /* "x": 1 */ "args": ["{,}", ",]"], }, },
  }`;
  const [a] = readClientConfig(code, "mcp.json")?.servers ?? [];
  assert.deepEqual(a?.target, {
    kind: "command",
    command: "a//b",
    args: ["{,}", ",]"],
    env: {},
    cwd: undefined,
  });
  const codex = '[mcp_servers.b]\ncommand = "b"\n[mcp_servers.b.env]\nK = "v"\n';
  const [b] = readClientConfig(codex, "config.toml")?.servers ?? [];
  assert.equal(b?.name, "b");
  assert.deepEqual(b?.target.kind === "command" && b.target.env, { K: "v" });
});

Deno.test("readClientConfig() says what cannot be taken over, and why", () => {
  const text = JSON.stringify({
    mcpServers: {
      old: { type: "sse", url: "https://a.example/sse" },
      off: { command: "a", disabled: true },
      asks: { command: "a", env: { K: "${input:key}" } },
      neither: { args: [] },
      odd: { command: "a", args: [1] },
      none: 7,
      "日本": { command: "a" },
    },
  });
  const read = readClientConfig(text, "a.json");
  assert.deepEqual(read?.servers, []);
  assert.deepEqual(read?.skipped.map(({ name, why }) => `${name}: ${why}`), [
    "old: it speaks HTTP+SSE, which is too old",
    "off: it is switched off there",
    "asks: it asks for a value when it starts",
    "neither: it has neither a command nor a URL",
    "odd: its arguments are no texts",
    "none: it is no table",
    "日本: nothing of its name can be kept",
  ]);
  for (const broken of ["", "{", "[]", "7"]) {
    assert.equal(readClientConfig(broken, "a.json"), undefined);
  }
});

Deno.test("clientPlaces() knows where clients of the user and of the project look", () => {
  const places = clientPlaces({ userFolder: "/home/ada", project: "/work" });
  const paths = places.map(({ path }) => path);
  for (const path of ["/home/ada/.claude.json", "/home/ada/.cursor/mcp.json", "/work/.mcp.json"]) {
    assert.ok(paths.includes(path), path);
  }
});
