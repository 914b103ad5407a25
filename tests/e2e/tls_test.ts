// A daemon that speaks TLS, as its users meet it: the URL, the commands beside it, a bridge to it, names, and
// what it says of files that cannot be used.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  fetchTrusting,
  makeCertificate,
  testCertificatesOnBoth,
  testWithCertificates,
} from "../helpers/certificates.ts";
import { runProcess, startServer } from "../helpers/process.ts";
import { DENO } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { clientOf, resultOf, rpc } from "../helpers/test_app.ts";

testCertificatesOnBoth("a daemon speaks TLS, and its own commands find it", async (runtime) => {
  using home = tempHome();
  const made = makeCertificate(home.path, "car");
  const flags = ["--tls-cert", made.certPath, "--tls-key", made.keyPath];
  await using server = await startServer(runtime, home.path, flags);
  const url = server.firstLine;
  assert.match(url, /^https:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const info = JSON.parse(readFileSync(join(home.path, "mcp", "daemon.json"), "utf8"));
  assert.equal(info.url, url);

  const client = clientOf((request) => fetchTrusting(made, request), url);
  const session = await client.open();
  assert.deepEqual(await resultOf(await session.post(rpc("ping"))), {});
  await assert.rejects(fetch(url.replace("https", "http")).then((response) => response.text()));

  const run = (...args: string[]) => runProcess({ runtime, args: [...args, "--home", home.path] });
  const status = await run("status");
  assert.equal(status.code, 0, status.stderr);
  assert.ok(status.stdout.includes(`${url} is up`), status.stdout);
  assert.match(status.stdout, /1 session/);
  // A command that would ask the daemon works on the file instead: it need not trust the certificate.
  assert.equal((await run("memory", "add", "tls", "works")).code, 0);
  const found = await run("memory", "query", "tls", "--json");
  assert.match(found.stdout, /"body":"works"/);

  const stopped = await run("stop");
  assert.equal(stopped.code, 0, stopped.stderr);
  assert.equal((await server.ended()).code, 0);
});

testCertificatesOnBoth(
  "a bridge reaches a daemon that speaks TLS, by the authority it is told of",
  async (runtime) => {
    using home = tempHome();
    const made = makeCertificate(home.path, "car");
    const flags = ["--tls-cert", made.certPath, "--tls-key", made.keyPath];
    await using server = await startServer(runtime, home.path, flags);
    const bridge = (environment: Record<string, string>) =>
      runProcess({
        runtime,
        args: ["stdio", "--url", server.firstLine],
        environment,
        input: `${JSON.stringify(rpc("ping"))}\n`,
      });
    const trusting = await bridge({ NODE_EXTRA_CA_CERTS: made.certPath });
    assert.deepEqual(JSON.parse(trusting.stdout), { jsonrpc: "2.0", id: 1, result: {} });
    const stranger = JSON.parse((await bridge({})).stdout);
    assert.match(stranger.error.message, /^The server cannot be reached: .*certificate/);
  },
);

testCertificatesOnBoth("its own origin is that of TLS alone", async (runtime) => {
  using home = tempHome();
  const made = makeCertificate(home.path, "car");
  const flags = ["--tls-cert", made.certPath, "--tls-key", made.keyPath];
  await using server = await startServer(runtime, home.path, flags);
  const url = server.firstLine;
  const { origin } = new URL(url);
  const client = clientOf((request) => fetchTrusting(made, request), url);
  assert.equal((await client.post(rpc("ping"), { origin })).status, 200);
  const plain = origin.replace("https", "http");
  assert.equal((await client.post(rpc("ping"), { origin: plain })).status, 403);
  assert.equal((await client.post(rpc("ping"), { origin: "https://evil.example" })).status, 403);
});

testWithCertificates(
  "files that cannot be used end the start with 2, the key and the file named",
  async () => {
    using home = tempHome();
    const { certPath: cert, keyPath: key } = makeCertificate(home.path, "a");
    const open = join(home.path, "open.key");
    copyFileSync(key, open);
    chmodSync(open, 0o644);
    const serve = (...args: string[]) =>
      runProcess({
        runtime: DENO,
        args: ["serve", "--home", home.path, "--bind", "127.0.0.1:0", ...args],
      });
    for (
      const [args, complaint] of [
        [["--tls-cert", cert], 'key "http.tlsKey": is missing, though http.tlsCert is set'],
        [["--tls-key", key], 'key "http.tlsCert": is missing, though http.tlsKey is set'],
        [
          ["--tls-cert", cert, "--tls-key", open],
          `key "http.tlsKey": ${open} can be used by others`,
        ],
        [["--tls-cert", key, "--tls-key", key], `key "http.tlsCert": ${key} holds no certificate`],
      ] as const
    ) {
      const ended = await serve(...args);
      assert.deepEqual([ended.code, ended.stdout], [2, ""]);
      assert.ok(ended.stderr.includes(`Configuration ${complaint}`), ended.stderr);
    }
  },
);
