// A bridge as a client starts it, with a session open: lines in, lines out.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import process from "node:process";
import { within } from "../helpers/process.ts";
import { metricIs } from "../helpers/metric.ts";
import { MAIN } from "../helpers/runtimes.ts";
import { initializeRequest, notification } from "../helpers/test_app.ts";
import type { Victim } from "./_victim.ts";

/** A running bridge. */
export interface Bridge extends AsyncDisposable {
  /** Sends a request; gives its response. */
  // deno-lint-ignore no-explicit-any
  ask(request: Record<string, unknown>): Promise<any>;
  /** Ends its input; comes when it has ended. */
  end(): Promise<void>;
}

/** Starts one at a guarded daemon; comes when nothing that it says by itself is under way any more. */
export async function startBridge(victim: Victim): Promise<Bridge> {
  const { runtime, home } = victim;
  const args = [...runtime.prefix, MAIN, "stdio", "--home", home, "--no-start"];
  const child = spawn(runtime.command, args, { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask: Bridge["ask"] = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    while (true) {
      const { value, done } = await within(lines.next(), "answer of the bridge");
      if (done === true) throw new Error("The bridge has ended");
      const message = JSON.parse(value);
      if (message.id === request["id"]) return message;
    }
  };
  await ask(initializeRequest("2025-11-25"));
  child.stdin.write(`${JSON.stringify(notification("notifications/initialized"))}\n`);
  // It listens once that was taken. What is on its way in the very moment of a crash may go astray.
  const headers = { authorization: `Bearer ${victim.give("watcher")}` };
  await metricIs(victim.url, "car_streams", 1, headers);
  return {
    ask,
    async end() {
      child.stdin.end();
      await within(ended, "end of the bridge");
    },
    async [Symbol.asyncDispose]() {
      process.removeListener("exit", kill);
      kill();
      await ended;
    },
  };
}
