// A bridge over a server in this process, and a client that writes lines to it and reads lines from it.

import { PassThrough, Writable } from "node:stream";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { runBridge } from "../../src/stdio/bridge.ts";
import type { EndpointAddress } from "../../src/stdio/endpoint_client.ts";
import { MessageOutput } from "../../src/stdio/message_output.ts";
import { FakeClock } from "./fake_clock.ts";
import { Inbox } from "./inbox.ts";
import { testApp, type TestAppOptions } from "./test_app.ts";

/** A message as it was written. */
// deno-lint-ignore no-explicit-any
export type Line = any;

/** A client of a bridge. */
export interface Bridged {
  /** The bridge's own. */
  readonly clock: FakeClock;
  /** What the bridge wrote, parsed. */
  readonly lines: Inbox<Line>;
  /** What it said to a person. */
  readonly troubles: readonly string[];
  /** The requests that the server got. */
  readonly requests: readonly Request[];
  /** Writes a message, or text as it is. */
  write(message: unknown): void;
  /** The response to that request. */
  answerTo(id: unknown): Promise<Line>;
  /** Ends the input; resolves when the bridge has ended. */
  end(): Promise<void>;
}

/** Options of `bridge`. */
export interface BridgeTestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
}

/** A bridge to wherever `address` says at each search. */
export function bridge(
  address: () => EndpointAddress | Promise<EndpointAddress>,
  { headers = {}, limits = {} }: BridgeTestOptions = {},
): Bridged {
  const clock = new FakeClock();
  const input = new PassThrough();
  const lines = new Inbox<Line>();
  const troubles: string[] = [];
  const requests: Request[] = [];
  let rest = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      const parts = `${rest}${chunk}`.split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) lines.add(JSON.parse(part));
      done();
    },
  });
  const ended = runBridge({
    async locate() {
      const { url, send } = await address();
      return { url, send: (request) => (requests.push(request.clone()), send(request)) };
    },
    headers,
    input,
    output: new MessageOutput(output),
    limits: limitsWith(limits),
    clock,
    onTrouble: (line) => void troubles.push(line),
  });
  return {
    clock,
    lines,
    troubles,
    requests,
    write: (message) => void input.write(`${textOf(message)}\n`),
    async answerTo(id) {
      for (let count = 1;; count++) {
        const all = await lines.until(count);
        const found = all.find((line) => line.id === id && line.method === undefined);
        if (found !== undefined) return found;
      }
    },
    async end() {
      input.end();
      await ended;
    },
  };
}

/** A bridge to a server of its own. */
export async function bridged(
  options: TestAppOptions & BridgeTestOptions = {},
): Promise<Bridged & AsyncDisposable & { readonly server: Awaited<ReturnType<typeof testApp>> }> {
  const server = await testApp(options);
  const { app } = server;
  const client = bridge(
    () => ({ url: app.url, send: (request) => app.fetch(request) }),
    options,
  );
  return {
    ...client,
    server,
    async [Symbol.asyncDispose]() {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

function textOf(message: unknown): string {
  return typeof message === "string" ? message : JSON.stringify(message);
}
