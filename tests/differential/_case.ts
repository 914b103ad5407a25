// One case of a comparison: requests that are sent to a fresh server, and what came back, in words.

import { initializeRequest, notification } from "../helpers/test_app.ts";

/** A server that was opened for one case. */
export interface OpenedServer extends AsyncDisposable {
  fetch(request: Request): Promise<Response>;
}

/** A request as a case changes it; null takes a header away. */
export interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** What a case talks to a server with. */
export interface Talk {
  /** Sends what a good client of the older revisions sends in its session, but for the changes. */
  send(sent: Sent): Promise<Response>;
  /** Sends exactly this. */
  raw(sent: Sent): Promise<Response>;
}

/** A case. */
export interface DifferentialCase {
  readonly name: string;
  /** A stream is looked at no further: it ends only with the session. */
  readonly isEndless?: boolean;
  ask(talk: Talk): Promise<Response>;
}

const ENDPOINT = "http://127.0.0.1/mcp";

/** Headers of a client that takes both kinds of answers. */
export const TAKES_BOTH = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

/** A talk with a server; a session is opened when the case first sends something in it. */
export function talkTo(server: Pick<OpenedServer, "fetch">): Talk {
  const raw = ({ method = "POST", body, headers = {} }: Sent) => {
    const set = Object.entries(headers).filter((each): each is [string, string] =>
      each[1] !== null
    );
    return server.fetch(new Request(ENDPOINT, { method, headers: set, ...bodyOf(body) }));
  };
  const openSession = async () => {
    const opened = await raw({ body: initializeRequest("2025-11-25"), headers: TAKES_BOTH });
    await opened.body?.cancel();
    const headers = {
      "mcp-protocol-version": "2025-11-25",
      "mcp-session-id": opened.headers.get("mcp-session-id") ?? "",
    };
    const body = notification("notifications/initialized");
    const accepted = await raw({ body, headers: { ...TAKES_BOTH, ...headers } });
    await accepted.body?.cancel();
    return headers;
  };
  let session: ReturnType<typeof openSession> | undefined;
  return {
    raw,
    async send(sent) {
      session ??= openSession();
      const usual = sent.method === undefined ? TAKES_BOTH : { accept: TAKES_BOTH.accept };
      return await raw({ ...sent, headers: { ...usual, ...await session, ...sent.headers } });
    },
  };
}

function bodyOf(body: unknown): { readonly body?: string | Uint8Array<ArrayBuffer> } {
  if (body === undefined) return {};
  // Bytes bring no content type of their own.
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { body: new TextEncoder().encode(text) };
}
