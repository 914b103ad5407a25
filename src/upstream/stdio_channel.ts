// A mounted server as a child process: one message a line on its stdin and stdout (2025-11-25, "stdio").
// One reader owns stdout for the life of the child, so that who gives up waiting disturbs nobody; stderr
// is drained, because a child that nobody reads stops. At the end stdin is closed, then the group of the
// child is asked to end, then it is made to.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import process from "node:process";
import { readBoundedLines } from "../base/bounded_lines.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { OutgoingMessage, RpcResponse } from "../protocol/json_rpc.ts";
import { idInEdges, readMessages } from "./read_messages.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import { type ChildGuard, HAS_GROUPS } from "./child_guard.ts";
import type { CommandLaunch } from "./launch.ts";

/** What a child is started with. */
export interface StdioChannelOptions {
  readonly launch: CommandLaunch;
  readonly guard: ChildGuard;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Takes a line that the child wrote to stderr. */
  readonly onErrorLine: (line: string) => void;
}

// The specification wants a child to end by itself first (2025-11-25, "Shutdown").
const LEAVE_MS = 2_000;
const TERMINATE_MS = 2_000;
// How long what a dead child has written is read, should someone else hold its pipe.
const LAST_WORDS_MS = 500;
const ERROR_LINE_BYTES_MAX = 8 * 1024;

/** Starts a child; one that cannot be started ends at once. */
export function openStdioChannel(options: StdioChannelOptions, events: ChannelEvents): Channel {
  let child: Child;
  try {
    child = new Child(options, events);
  } catch (thrown) {
    // Where a permission is missing, the runtime says so at once.
    return endedChannel(`It cannot be started: ${messageOf(thrown)}`, events);
  }
  return {
    send: (message) => child.send(message),
    settle: () => {},
    mirror: () => {},
    close: () => child.close(),
  };
}

/** A channel that could not be opened. */
function endedChannel(why: string, events: ChannelEvents): Channel {
  // Not before the caller has it.
  queueMicrotask(() => events.onEnd(why));
  return { send: () => false, settle: () => {}, mirror: () => {}, close: () => Promise.resolve() };
}

class Child {
  readonly #options: StdioChannelOptions;
  readonly #events: ChannelEvents;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #gone = Promise.withResolvers<void>();
  #hasExited = false;
  #isOver = false;
  #closing: Promise<void> | undefined;

  constructor(options: StdioChannelOptions, events: ChannelEvents) {
    this.#options = options;
    this.#events = events;
    const { command, args, environment, cwd } = options.launch;
    const child = spawn(command, args, {
      stdio: "pipe",
      env: environment,
      ...(cwd === undefined ? {} : { cwd }),
      // A group of its own: what the child starts is ended with it, and no terminal interrupts it.
      detached: HAS_GROUPS,
    });
    this.#process = child;
    if (child.pid !== undefined) options.guard.watch(child.pid);
    // A child that is gone shows at stdout; that it cannot be written to adds nothing.
    child.stdin.on("error", () => {});
    child.on("error", (fault) => this.#exited(`It cannot be started: ${codeOf(fault)}`));
    child.on("exit", (code, signal) => this.#exited(describeExit(code, signal)));
    child.on("close", () => this.#gone.resolve());
    void this.#readMessages();
    void this.#drainErrors();
  }

  send(message: OutgoingMessage | RpcResponse): boolean {
    const { stdin } = this.#process;
    if (this.#isOver || this.#closing !== undefined || !stdin.writable) return false;
    if (stdin.writableLength > this.#options.limits.upstreamQueueBytesMax) return false;
    stdin.write(`${JSON.stringify(message)}\n`);
    return true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#process.stdin.end();
    if (!await this.#isGoneAfter(LEAVE_MS)) {
      this.#signal("SIGTERM");
      if (!await this.#isGoneAfter(TERMINATE_MS)) this.#signal("SIGKILL");
    }
    await this.#gone.promise;
    this.#over("It was ended");
  }

  /** Waits, but not longer than that; whether the child is gone. */
  #isGoneAfter(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, () => resolve(false));
      void this.#gone.promise.then(() => {
        cancel();
        resolve(true);
      });
    });
  }

  #exited(why: string): void {
    if (this.#hasExited) return;
    this.#hasExited = true;
    // What the child had started goes with it.
    this.#signal("SIGKILL");
    const { pid } = this.#process;
    if (pid !== undefined) this.#options.guard.forget(pid);
    else this.#gone.resolve();
    const cancel = this.#options.clock.after(LAST_WORDS_MS, () => {
      this.#process.stdout.destroy();
      this.#process.stderr.destroy();
      this.#gone.resolve();
    });
    void this.#gone.promise.then(() => {
      cancel();
      this.#over(why);
    });
  }

  #over(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onEnd(why);
  }

  #signal(name: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(HAS_GROUPS ? -pid : pid, name);
    } catch {
      // Nobody is left in the group.
    }
  }

  async #readMessages(): Promise<void> {
    const { limits } = this.#options;
    try {
      for await (
        const line of readBoundedLines(this.#process.stdout, limits.upstreamLineBytesMax)
      ) {
        if ("text" in line) {
          if (line.text !== "") readMessages(line.text, limits, this.#events);
        } else if (line.fault === "too_long") {
          this.#events.onGarbage({ fault: "too_long", id: idInEdges(line.edges) });
        } else {
          this.#events.onGarbage({ fault: "noise", id: undefined });
        }
      }
    } catch (thrown) {
      if (!isStreamFault(thrown)) throw thrown;
    }
    // Who closes stdout and lives on answers nothing more.
    if (!this.#hasExited) void this.close();
  }

  async #drainErrors(): Promise<void> {
    const { onErrorLine } = this.#options;
    try {
      for await (const line of readBoundedLines(this.#process.stderr, ERROR_LINE_BYTES_MAX)) {
        if ("text" in line) onErrorLine(line.text);
        else onErrorLine(line.fault === "too_long" ? line.edges : "(not UTF-8)");
      }
    } catch (thrown) {
      if (!isStreamFault(thrown)) throw thrown;
    }
  }
}

function describeExit(code: number | null, signal: string | null): string {
  return code === null ? `It was ended by ${signal ?? "a signal"}` : `It ended with code ${code}`;
}

// A stream that was destroyed while it was read; the child is gone, and its end is told elsewhere.
function isStreamFault(thrown: unknown): boolean {
  return thrown instanceof Error && (codeOf(thrown) !== "unknown" || thrown.name === "AbortError");
}

function codeOf(fault: Error): string {
  const { code } = fault as { code?: unknown };
  return typeof code === "string" ? code : "unknown";
}
