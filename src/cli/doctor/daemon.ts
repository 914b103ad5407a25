// The daemon: whether one is up, and if not, whether one could be.

import { createServer } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { SERVER_NAME, VERSION } from "../../base/version.ts";
import type { Config } from "../../config/config.ts";
import { findDaemon } from "../../find_daemon.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** Looks for the daemon, and at its address. */
export async function checkDaemon({ home, bind }: Config, clock: Clock): Promise<Diagnosis> {
  const about = "daemon";
  const found = await findDaemon({ home, clock });
  if (found.kind === "up") {
    const { url, version } = found.info;
    if (version === VERSION) return { about, state: "well", says: `it is up at ${url}` };
    const says = `it is up at ${url} with version ${version}, and this is ${VERSION}`;
    return { about, state: "note", says, todo: `${SERVER_NAME} stop, then start it anew` };
  }
  const { hostname, port } = bind;
  const fault = await bindFault(hostname, port);
  if (fault !== undefined) {
    const says = `none is up, and ${hostname}:${port} cannot be had (${fault})`;
    const todo = "end what holds it, or set http.bind to another port";
    return { about, state: "bad", says, todo };
  }
  const left = found.kind === "gone" ? `; ${found.complaint}` : "";
  return { about, state: "note", says: `none is up; clients with a command start it${left}` };
}

/** Why the address cannot be had, by its code. */
function bindFault(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (fault: { code?: string }) => resolve(fault.code ?? "unknown"));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
