// A client that calls, in either era: with a session of 2025-11-25, or each request for itself, as
// 2026-07-28 has it. What goes wrong is thrown.

import { type Message, modernRequest, responseOf } from "../../tests/helpers/modern_client.ts";
import { clientOf, rpc, type TestSession } from "../../tests/helpers/test_app.ts";

/** After so long the server under soak ends a session that nobody uses. */
export const SESSION_IDLE_MS = 20_000;

/** The era of a client. */
export type SoakEra = "legacy" | "modern";

/** What a tool answered. */
export type ToolAnswer = Readonly<Record<string, unknown>>;

/** Options of a request. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Beside those of the client. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a stateless client can do. */
  readonly capabilities?: unknown;
}

/** Options of Caller. */
export interface CallerOptions {
  readonly era: SoakEra;
  /** What every request carries. */
  readonly headers?: Readonly<Record<string, string>>;
}

const NEWEST_WITH_SESSIONS = "2025-11-25";
const REQUEST_MS_MAX = 30_000;
const UNUSED_MS_MAX = SESSION_IDLE_MS / 3;

/** One client; `forget()` when its server is gone. */
export class Caller {
  readonly era: SoakEra;
  /** What every request carries. */
  readonly headers: Readonly<Record<string, string>>;
  #session: TestSession | undefined;
  #lastId = 0;
  #usedMs = 0;

  constructor({ era, headers = {} }: CallerOptions) {
    this.era = era;
    this.headers = headers;
  }

  /** Knows nothing of a session any more. */
  forget(): void {
    this.#session = undefined;
  }

  /** Ends the session; false where there was none. */
  async end(url: string): Promise<boolean> {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return false;
    const headers = { ...this.headers, "mcp-session-id": session.id };
    const response = await fetch(url, { method: "DELETE", headers });
    await response.body?.cancel();
    if (response.status !== 200 && response.status !== 204) {
      throw new Error(`A session was not ended: ${response.status}`);
    }
    return true;
  }

  /** The id of the session, opened if need be. */
  async sessionId(url: string): Promise<string> {
    const nowMs = performance.now();
    // A machine that stands still for a while is no fault of the server, which ends idle sessions.
    if (nowMs - this.#usedMs > UNUSED_MS_MAX) this.#session = undefined;
    this.#usedMs = nowMs;
    this.#session ??= await clientOf((request) => this.#fetch(request), url)
      .open(NEWEST_WITH_SESSIONS);
    return this.#session.id;
  }

  /** What a tool answers; throws when it reports an error. */
  async call(url: string, name: string, args: ToolAnswer): Promise<ToolAnswer> {
    const result = await this.request(url, "tools/call", { name, arguments: args });
    if (result.isError !== true && result.structuredContent !== undefined) {
      return result.structuredContent;
    }
    throw new Error(`${name} was refused: ${JSON.stringify(result)}`);
  }

  /** The result of a request; throws when there is none. */
  async request(
    url: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: RequestOptions = {},
  ): Promise<Message> {
    const answer = await this.answer(url, method, params, options);
    if (answer?.result !== undefined) return answer.result;
    throw new Error(`${method} was refused: ${JSON.stringify(answer)}`);
  }

  /** The answer to a request, whichever it is. */
  async answer(
    url: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: RequestOptions = {},
  ): Promise<Message> {
    return await responseOf(await this.send(url, method, params, options));
  }

  /** Sends a request; the answer may be a stream. */
  async send(
    url: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    { signal, headers, capabilities = {} }: RequestOptions = {},
  ): Promise<Response> {
    const id = ++this.#lastId;
    const message = this.era === "modern"
      ? modernRequest(method, params, { id, capabilities })
      : { body: rpc(method, params, id), headers: await this.#legacyHeaders(url) };
    const all = Object.entries({
      "content-type": "application/json",
      ...this.headers,
      ...message.headers,
      ...headers,
    }).flatMap(([name, value]) => value === null ? [] : [[name, value] as [string, string]]);
    return await this.#fetch(
      new Request(url, { method: "POST", headers: all, body: JSON.stringify(message.body) }),
      signal,
    );
  }

  async #legacyHeaders(url: string): Promise<Record<string, string>> {
    return {
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": NEWEST_WITH_SESSIONS,
      "mcp-session-id": await this.sessionId(url),
    };
  }

  async #fetch(request: Request, signal?: AbortSignal): Promise<Response> {
    const headers = new Headers(request.headers);
    for (const [name, value] of Object.entries(this.headers)) headers.set(name, value);
    const late = AbortSignal.timeout(REQUEST_MS_MAX);
    return await fetch(new Request(request, { headers }), {
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
  }
}
