// Files in TOML that a person writes: whatever is left of a damaged one is read or refused with
// `config_invalid`, and what cannot be read is never repeated.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CarError } from "../../../src/base/errors.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { readClientConfig } from "../../../src/upstream/client_configs.ts";
import { readUpstreamFile, toolFilter, upstreamText } from "../../../src/upstream/upstream_file.ts";
import { tempHome } from "../../helpers/temp_home.ts";
import { type FuzzTarget, REFUSED, TAKEN, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";

const SCRAPS = [
  ...["[", "]", '"', "'", "=", "\n", "{", "}", ",", ".", "#", '"""', "'''", "0", "-", "[[x]]\n"],
  ...["0x", "1_000", "inf", "1979-05-27T07:32:00Z", "\\u0000", "a.b.c = 1\n", "[a.b]\n"],
];

const CONFIG = `# settings
[http]
bind = "127.0.0.1:0"
allowedOrigins = ["https://page.example"]
requireSession = true
[log]
level = "warn"
[sessions]
idleMs = 60_000
max = 5
[limits]
bodyBytesMax = 2048
tools.offer = ["verify"]
`;

/** `config.toml`. */
export const CONFIG_FILE: FuzzTarget = {
  name: "config-file",
  promise: "loadConfig() reads or refuses whatever is left of a damaged config.toml",
  suiteInputs: 4_000,
  outcomes: [TAKEN, REFUSED],
  generate: (random) =>
    mutated(random, { corpus: [CONFIG, ...CONFIG.split("\n")], scraps: SCRAPS }),
  open() {
    const home = tempHome();
    const path = join(home.path, "config.toml");
    return {
      check(input) {
        writeFileSync(path, input);
        return readOrRefused(() => {
          const config = loadConfig({ environment: { CAR_HOME: home.path } });
          assert.ok(Number.isInteger(config.limits.bodyBytesMax));
        });
      },
      close: () => home[Symbol.dispose](),
    };
  },
};

const UPSTREAMS = [
  `command = "npx"\nargs = ["-y", "server@1", "\${env:TOKEN}"]\nenv = {KEY = "\${file:/run/key}"}\n` +
  `cwd = "/srv"\ntimeoutMs = 5000\ntools = ["read_*", "*"]\nenabled = true\npin = "off"\n`,
  'url = "https://tools.example/mcp"\n[headers]\nauthorization = "Bearer ${env:TOKEN}"\n',
];

/** `upstreams/NAME.toml`. */
export const UPSTREAM_FILE: FuzzTarget = {
  name: "upstream-file",
  promise:
    "readUpstreamFile() reads or refuses a damaged file, and what is read can be written again",
  suiteInputs: 4_000,
  outcomes: [TAKEN, REFUSED],
  generate: (random) => mutated(random, { corpus: UPSTREAMS, scraps: SCRAPS }),
  open: () => ({
    check: (input) =>
      readOrRefused(() => {
        const file = readUpstreamFile(textOf(input), "a.toml");
        const { target, tools, isPinned } = file;
        toolFilter(tools)("x".repeat(1_000));
        const again = readUpstreamFile(upstreamText({ target, tools, isPinned }), "b.toml");
        // An empty list of tools is written as none.
        assert.deepEqual([again.target, again.isPinned], [target, isPinned]);
      }),
  }),
};

const CLIENTS = [
  '{"mcpServers": {"git": {"command": "uvx", "args": ["a"], "env": {"K": "${V}"}}}}',
  '{\n  // mine\n  "servers": {"web": {"type": "http", "url": "https://x.example/mcp",},},\n}',
  '{"projects": {"/p": {"mcpServers": {"old": {"type": "sse", "url": "http://x.example"}}}}}',
  '[mcp_servers.git]\ncommand = "uvx"\nargs = ["a"]\n',
];
const OPEN_STRING = `{"mcpServers": ${'\\"'.repeat(30_000)}`;
const CLIENT_SCRAPS = ["//", "/*", "*/", '"', '\\"', ",", "{", "}", "[", "]", ":", ...SCRAPS];

/** The configurations of other programs, as JSON with comments and as TOML. */
export const CLIENT_CONFIGS: FuzzTarget = {
  name: "client-configs",
  promise: "readClientConfig() takes from a foreign file what can be kept, and throws nothing",
  suiteInputs: 5_000,
  outcomes: [TAKEN, REFUSED, "empty"],
  generate: (random) =>
    mutated(random, { corpus: random(500) === 0 ? [OPEN_STRING] : CLIENTS, scraps: CLIENT_SCRAPS }),
  open: () => ({
    check(input) {
      const text = textOf(input);
      const found = ["c.json", "c.toml"].map((path) => readClientConfig(text, path));
      const servers = found.flatMap((each) => each?.servers ?? []);
      for (const { name } of servers) assert.match(name, /^[a-z0-9_-]+$/i);
      if (found.every((each) => each === undefined)) return REFUSED;
      return servers.length > 0 ? TAKEN : "empty";
    },
  }),
};

/** The outcome of reading a settings file; rethrows anything but the promised refusal. */
export function readOrRefused(read: () => void): string {
  try {
    read();
    return TAKEN;
  } catch (thrown) {
    if (!(thrown instanceof CarError) || thrown.code !== "config_invalid") throw thrown;
    return REFUSED;
  }
}
