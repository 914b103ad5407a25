// A socket whose certificate is replaced while it is used, on both runtimes.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { fetchTrusting, makeCertificate, testCertificatesOnBoth } from "../helpers/certificates.ts";
import { startProcess } from "../helpers/process.ts";
import { DENO, type Runtime } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SCRIPT = fileURLToPath(new URL("../helpers/renewing_server.ts", import.meta.url));

async function renewing(folder: string, runtime: Runtime) {
  const [a, b] = ["a", "b"].map((name) => makeCertificate(folder, name));
  assert.ok(a && b);
  const allowed = runtime.name === "deno" ? { ...DENO, prefix: ["run", "--quiet", "-A"] } : runtime;
  const server = await startProcess({ runtime: allowed, script: SCRIPT, args: [folder] });
  const url = `https://127.0.0.1:${server.firstLine}`;
  return { a, b, server, url };
}

testCertificatesOnBoth(
  "renew() shows the new certificate to new connections, and keeps the old ones",
  async (runtime) => {
    using home = tempHome();
    const { a, b, server, url } = await renewing(home.path, runtime);
    await using _server = server;
    using client = Deno.createHttpClient({ caCerts: [a.cert] });
    const stream = await fetch(`${url}/stream`, { client });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader);
    assert.equal((await reader.read()).value, "data: begun\n\n");
    // The answer to the call that renews goes over the old socket, too.
    assert.equal(await (await fetchTrusting(a, `${url}/renew`)).text(), "/renew");
    await assert.rejects(fetchTrusting(a, `${url}/x`));
    assert.equal(await (await fetchTrusting(b, `${url}/x`)).text(), "/x");
    assert.equal(await (await fetchTrusting(b, `${url}/end`)).text(), "/end");
    assert.equal((await reader.read()).value, "data: ended\n\n");
    assert.equal((await reader.read()).done, true);
    assert.equal((await server.stop()).code, 0);
  },
);

testCertificatesOnBoth(
  "renew() refuses what the runtime does not take, and the one before stays",
  async (runtime) => {
    using home = tempHome();
    const { a, server, url } = await renewing(home.path, runtime);
    await using _server = server;
    assert.equal(await (await fetchTrusting(a, `${url}/bad`)).text(), "config_invalid");
    assert.equal(await (await fetchTrusting(a, `${url}/x`)).text(), "/x");
    assert.equal((await server.stop()).code, 0);
  },
);
