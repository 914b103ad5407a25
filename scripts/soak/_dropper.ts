// A client that hangs up: in the middle of a request, before an answer, out of a stream. The server has to
// get over it, and a write of which nobody knows the end has happened as a whole or not at all.

import { rawPost, RawSocket } from "../../tests/helpers/raw_socket.ts";
import { call } from "../../tests/helpers/test_app.ts";
import { bodyOf } from "../ledger/ledger.ts";
import type { Actor } from "./_crowd.ts";
import type { Deed } from "./_world.ts";
import type { ActorOptions } from "./_writer.ts";

const LEAVE_MS_MAX = 30;
// What was written by nobody who knows stays in the memory.
const WRITES_MAX = 200;

/** Makes the client. */
export function createDropper(options: ActorOptions): Actor {
  const dropper = new Dropper(options);
  return {
    name: options.name,
    async step(url) {
      options.world.did(await dropper.step(url));
    },
    forget: () => options.caller.forget(),
  };
}

class Dropper {
  readonly #options: ActorOptions;
  #writes = 0;

  constructor(options: ActorOptions) {
    this.#options = options;
  }

  async step(url: string): Promise<Deed> {
    const { random } = this.#options;
    const action = random(4);
    if (action === 0 && this.#writes < WRITES_MAX) return await this.#dropWrite(url);
    if (action === 1) return await this.#dropStream(url);
    if (action === 2) return await this.#halfRequest(url);
    return await this.#dropCall(url);
  }

  async #dropWrite(url: string): Promise<Deed> {
    const { name, world } = this.#options;
    const word = `${name}n${++this.#writes}`;
    world.ledger.facts.push({ word, state: "sent" });
    const args = { subject: word, body: bodyOf(word) };
    await this.#leaveSoon((signal) => this.#call(url, "memory_add_fact", args, signal));
    return "dropped write";
  }

  async #dropCall(url: string): Promise<Deed> {
    await this.#leaveSoon((signal) => this.#call(url, "mcp_soak_slow", { text: "gone" }, signal));
    return "dropped call";
  }

  async #dropStream(url: string): Promise<Deed> {
    const { caller } = this.#options;
    const session = await caller.sessionId(url);
    const headers = {
      ...caller.headers,
      accept: "text/event-stream",
      "mcp-session-id": session,
    };
    await this.#leaveSoon(async (signal) => {
      const response = await fetch(url, { headers, signal });
      // Also a refusal has a body, and nobody else reads it.
      const text = await response.text();
      if (response.status !== 200) throw new Error(`A stream was refused: ${text}`);
    });
    // Its session is left alone, too, and has to end by itself.
    if (this.#options.random(4) === 0) caller.forget();
    return "dropped stream";
  }

  async #halfRequest(url: string): Promise<Deed> {
    const bytes = rawPost(JSON.stringify(call("memory_query", { query: "half" })));
    using socket = await RawSocket.open(Number(new URL(url).port));
    socket.write(bytes.slice(0, this.#options.random(bytes.length - 1)));
    await socket.hangUp();
    return "half request";
  }

  async #call(
    url: string,
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { caller } = this.#options;
    const response = await caller.send(url, "tools/call", { name, arguments: args }, { signal });
    await response.text();
  }

  /** Does something that is broken off after some milliseconds, whether or not it is done. */
  async #leaveSoon(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const leaving = new AbortController();
    const timer = setTimeout(() => leaving.abort(), this.#options.random(LEAVE_MS_MAX));
    try {
      await act(leaving.signal);
    } catch (thrown) {
      if (!leaving.signal.aborted) throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }
}
