// A server that follows the files of its certificate while it runs.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, rmSync, symlinkSync } from "node:fs";
import { start } from "../../src/app.ts";
import { loadConfig } from "../../src/config/config.ts";
import { LOOK_EVERY_MS } from "../../src/socket.ts";
import { fetchTrusting, makeCertificate, testWithCertificates } from "../helpers/certificates.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** A server with a certificate, and a second one; `said` waits for a line of the log. */
async function following(folder: string) {
  const [shown, other] = ["a", "b"].map((name) => makeCertificate(folder, name));
  assert.ok(shown && other);
  const clock = new FakeClock(Date.now());
  const lines: string[] = [];
  let wake = () => {};
  const app = await start({
    config: loadConfig({
      environment: {
        CAR_HOME: folder,
        CAR_HTTP_BIND: "127.0.0.1:0",
        CAR_HTTP_TLS_CERT: shown.certPath,
        CAR_HTTP_TLS_KEY: shown.keyPath,
      },
    }),
    clock,
    writeLog(line) {
      lines.push(line);
      wake();
    },
  });
  const said = async (words: string) => {
    while (!lines.some((line) => line.includes(words))) {
      await new Promise<void>((resolve) => wake = resolve);
    }
    return lines.splice(0).join("");
  };
  const first = { ...shown, cert: shown.cert };
  return { app, clock, shown, first, other, said, lines };
}

testWithCertificates("a certificate that was replaced is shown once it fits its key", async () => {
  using home = tempHome();
  const { app, clock, shown, first, other, said } = await following(home.path);
  await using _stop = { [Symbol.asyncDispose]: () => app.stop() };
  const health = (trusted: { cert: string }) => fetchTrusting(trusted, `${app.url}/health`);
  assert.equal((await health(first)).status, 200);

  copyFileSync(other.certPath, shown.certPath);
  clock.advance(LOOK_EVERY_MS);
  const refusal = await said("certificate_refused");
  assert.match(refusal, /a\.key is not the key of the certificate in .*a\.crt/);
  assert.equal((await health(first)).status, 200);

  copyFileSync(other.keyPath, shown.keyPath);
  chmodSync(shown.keyPath, 0o600);
  clock.advance(LOOK_EVERY_MS);
  await said("certificate_renewed");
  assert.equal((await health(other)).status, 200);
  await assert.rejects(health(first));
});

testWithCertificates(
  "files that cannot even be looked at end nothing, and are followed again when they can",
  async () => {
    using home = tempHome();
    const { app, clock, shown, first, other, said } = await following(home.path);
    await using _stop = { [Symbol.asyncDispose]: () => app.stop() };
    rmSync(shown.certPath);
    // Like a folder that was closed to this process: not missing, and not to be looked at.
    symlinkSync(shown.certPath, shown.certPath);
    clock.advance(LOOK_EVERY_MS);
    assert.match(await said("certificate_refused"), /a\.crt cannot be read: ELOOP/);
    assert.equal((await fetchTrusting(first, `${app.url}/health`)).status, 200);

    rmSync(shown.certPath);
    copyFileSync(other.certPath, shown.certPath);
    copyFileSync(other.keyPath, shown.keyPath);
    chmodSync(shown.keyPath, 0o600);
    clock.advance(LOOK_EVERY_MS);
    await said("certificate_renewed");
    assert.equal((await fetchTrusting(other, `${app.url}/health`)).status, 200);
  },
);

testWithCertificates(
  "files that did not change are left alone, and a server that stops looks no more",
  async () => {
    using home = tempHome();
    const { app, clock, first, lines } = await following(home.path);
    for (let look = 0; look < 3; look++) {
      clock.advance(LOOK_EVERY_MS);
      assert.equal((await fetchTrusting(first, `${app.url}/health`)).status, 200);
    }
    assert.equal(lines.some((line) => line.includes("certificate")), false);
    await app.stop();
    clock.advance(LOOK_EVERY_MS);
    assert.equal(clock.timers, 0);
  },
);
