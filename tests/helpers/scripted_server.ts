// An HTTP server of a test on a free port of the loopback interface.

/** A server and where it is. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves requests with a function. */
export function serveScript(
  answer: (request: Request) => Response | Promise<Response>,
): ScriptedServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An event stream of these messages. */
export function sseResponse(messages: readonly unknown[]): Response {
  const text = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}
