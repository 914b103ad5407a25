// The attacker's own web server: serves its page, takes what the page reports, and stands where the
// name of the page leads, which may be elsewhere a moment later.

import { createServer as createHttpServer } from "node:http";
import { text } from "node:stream/consumers";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { within } from "../helpers/process.ts";
import { REPORT_PATH, type Seen } from "./_hostile_page.ts";

/** A web server of an attacker. */
export interface HostileSite extends AsyncDisposable {
  /** The port at which its names lead to it, or to what they were rebound to. */
  readonly port: number;
  /** The port that always is its own. */
  readonly ownPort: number;
  /** What its page reports; the page is asked for by any path but that of the report. */
  readonly report: Promise<readonly Seen[]>;
}

/** Options of openHostileSite. */
export interface HostileSiteOptions {
  readonly page: string;
  /** Where its names lead as soon as the page was fetched; undefined: they stay. */
  readonly reboundTo?: number;
}

/** Opens one on the loopback address. */
export async function openHostileSite(options: HostileSiteOptions): Promise<HostileSite> {
  const { page, reboundTo } = options;
  const reported = Promise.withResolvers<readonly Seen[]>();
  let isServed = false;
  const pages = createHttpServer(async (request, response) => {
    if (request.url === REPORT_PATH) reported.resolve(JSON.parse(await text(request)));
    else isServed = true;
    // What comes next comes on a connection of its own, which may lead elsewhere.
    response.setHeader("connection", "close");
    response.setHeader("content-type", "text/html");
    response.end(page);
  });
  const ownPort = await portOf(pages);
  const sockets = new Set<Socket>();
  const front = createServer((near) => {
    const far = connect(isServed && reboundTo !== undefined ? reboundTo : ownPort, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.once("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  return {
    port: await portOf(front),
    ownPort,
    report: within(reported.promise, "report of the page"),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      pages.closeAllConnections();
      await Promise.all([pages, front].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    // A TCP server that listens has an address with a port.
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
