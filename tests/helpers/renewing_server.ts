// A script for tests of a listener whose certificate is replaced, for either runtime. It prints its port;
// GET /renew shows the certificate in the folder `b` from then on, GET /stream is open until GET /end,
// and any other path is answered. Argument: the folder with `a.crt`, `a.key`, `b.crt` and `b.key`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { WAITING_CLOCK } from "../../src/base/clock.ts";
import { listenRenewed, type RenewedListener } from "../../src/http/renewed_listener.ts";

const folder = process.argv[2] ?? "";
const certificate = (name: string) => ({
  cert: readFileSync(join(folder, `${name}.crt`), "utf8"),
  key: readFileSync(join(folder, `${name}.key`), "utf8"),
});
const ended = Promise.withResolvers<void>();

function stream(): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode("data: begun\n\n"));
      await ended.promise;
      controller.enqueue(encoder.encode("data: ended\n\n"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const listener: RenewedListener = listenRenewed({
  hostname: "127.0.0.1",
  port: 0,
  clock: WAITING_CLOCK,
  certificate: certificate("a"),
  async handler(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/stream") return stream();
    if (pathname === "/end") ended.resolve();
    if (pathname === "/bad") {
      const bad = { cert: certificate("a").cert, key: certificate("b").key };
      const refusal = await listener.renew(bad).then(() => "taken", (thrown) => thrown.code);
      return new Response(refusal);
    }
    if (pathname === "/renew") await listener.renew(certificate("b"));
    return new Response(pathname);
  },
});
process.stdout.write(`${listener.port}\n`);
process.once("SIGTERM", async () => {
  await listener.stop();
  await listener.abort();
  process.exit(0);
});
