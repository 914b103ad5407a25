// Starts a bare server of whichever runtime this is on a loopback port that the system picks, prints
// its URL as the first line, and ends with the process that started it: when stdin closes.

import process from "node:process";
import { answerCommands, type Commands } from "../_control.ts";

/** Answers one request. */
export type Handler = (request: Request) => Response | Promise<Response>;

interface BunServer {
  readonly port: number;
}

interface BunGlobal {
  serve(
    options: { hostname: string; port: number; idleTimeout: number; fetch: Handler },
  ): BunServer;
}

/** Serves until stdin ends; `commands` are answered on the way. */
export function listen(handler: Handler, commands: Commands = {}): void {
  const hostname = "127.0.0.1";
  if ("Bun" in globalThis) {
    // The type checker knows the globals of Deno only.
    const { Bun } = globalThis as unknown as { Bun: BunGlobal };
    announce(Bun.serve({ hostname, port: 0, idleTimeout: 0, fetch: handler }).port);
  } else {
    Deno.serve({ hostname, port: 0, onListen: ({ port }) => announce(port) }, handler);
  }
  answerCommands(commands, () => process.exit(0));
}

function announce(port: number): void {
  process.stdout.write(`http://127.0.0.1:${port}/mcp\n`);
}
