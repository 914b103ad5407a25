// The floor of the streams: the least that a server of events on this runtime does. A GET holds one
// Web stream; a POST is answered as a stream of two events if it has a progress token, else as JSON.
// Nothing is checked, kept or counted. Commands: `memory`; `push`, one event to each open stream.

import { reportMemory } from "../_own_memory.ts";
import { EVENT_TEXT, STEP } from "../_stream_calls.ts";
import { listen } from "./_listen.ts";

const SESSION_ID = "0123456789abcdef0123456789abcdef";
const JSON_HEADERS = { "content-type": "application/json", "mcp-session-id": SESSION_ID };
const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
  "mcp-session-id": SESSION_ID,
};
const ENCODER = new TextEncoder();
const OPENING = ENCODER.encode(": open\n\n");
const EVENT_BYTES = ENCODER.encode(EVENT_TEXT);

type Controller = ReadableStreamDefaultController<Uint8Array>;
const open = new Set<Controller>();

listen((request) => request.method === "GET" ? holdStream() : answerCall(request), {
  memory: reportMemory,
  push() {
    for (const controller of open) controller.enqueue(EVENT_BYTES);
    return { pushed: open.size };
  },
});

function holdStream(): Response {
  let held: Controller | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      held = controller;
      open.add(controller);
      controller.enqueue(OPENING);
    },
    cancel: () => void (held && open.delete(held)),
  });
  return new Response(body, { headers: STREAM_HEADERS });
}

async function answerCall(request: Request): Promise<Response> {
  const { id, params } = JSON.parse(await request.text());
  const text: string = params.arguments.text;
  const result = { content: [{ type: "text", text }], structuredContent: { text } };
  const answer = { jsonrpc: "2.0", id, result };
  const progressToken: unknown = params._meta?.progressToken;
  if (progressToken === undefined) {
    return new Response(JSON.stringify(answer), { headers: JSON_HEADERS });
  }
  const progress = { progressToken, ...STEP };
  const messages = [{ jsonrpc: "2.0", method: "notifications/progress", params: progress }, answer];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(OPENING);
      for (const message of messages) controller.enqueue(ENCODER.encode(eventOf(message)));
      controller.close();
    },
  });
  return new Response(body, { headers: STREAM_HEADERS });
}

function eventOf(message: unknown): string {
  return `id: 1/0.abcdef\nevent: message\ndata: ${JSON.stringify(message)}\n\n`;
}
