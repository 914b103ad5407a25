// A mounted server for tests, started as a real process: what it does is said by its one argument, a
// FakeChildPlan as JSON. It is written without any library, so that it can break every rule.

import process from "node:process";
import type { FakeChildPlan } from "./fake_plan.ts";

type Message = Record<string, unknown>;

const plan: FakeChildPlan = JSON.parse(process.argv[2] ?? "{}");
const { era = "legacy", probe = "refuse", tools = [] } = plan;
const VERSION = "2026-07-28";
const RESOURCES = {
  listChanged: true,
  ...(plan.subscriptions === undefined ? {} : { subscribe: true }),
};
const CAPABILITIES = {
  tools: { listChanged: true },
  ...(plan.prompts === undefined ? {} : { prompts: {}, completions: {} }),
  ...(plan.resources === undefined ? {} : { resources: RESOURCES }),
};
const held: (() => void)[] = [];
const cancelled: unknown[] = [];
const answers = new Map<unknown, (answer: Message) => void>();
/** What it was asked to tell of, in order. */
const asked: string[] = [];
/** URIs by the request that listens; with a handshake, by no request. */
const listens = new Map<unknown, Set<string>>([[undefined, new Set()]]);
let listen: unknown;
let listed = tools;
let nextId = 1;

function send(message: Message): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function result(id: unknown, members: Message): void {
  send({ id, result: era === "modern" ? { resultType: "complete", ...members } : members });
}

function text(id: unknown, value: unknown, more: Message = {}): void {
  result(id, { content: [{ type: "text", text: JSON.stringify(value) }], ...more });
}

function ask(method: string, params: Message): Promise<Message> {
  const id = `q${nextId++}`;
  send({ id, method, params });
  return new Promise((resolve) => answers.set(id, resolve));
}

// deno-lint-ignore no-explicit-any
type Call = { id: unknown; args: any; params: any };

const ABILITIES: Record<string, (call: Call) => void | Promise<void>> = {
  echo: ({ id, args }) => text(id, args, { structuredContent: args }),
  fail: ({ id }) => text(id, "no", { isError: true }),
  refuse: ({ id }) => send({ id, error: { code: -32602, message: "Not like that" } }),
  /** Answers when "release" is called. */
  hold: ({ id, args }) => void held.push(() => text(id, args)),
  release: ({ id }) => {
    for (const answer of held.splice(0).reverse()) answer();
    text(id, "released");
  },
  cancelled: ({ id }) => text(id, cancelled),
  environment: ({ id }) => text(id, process.env),
  folder: ({ id }) => text(id, process.cwd()),
  process: ({ id }) => text(id, process.pid),
  noise: ({ id }) => {
    process.stdout.write("Listening…\n\n{not json\n[]\n\r\n");
    send({ id: 99_999, result: {} });
    text(id, "after the noise");
    send({ id, result: { content: [] } });
  },
  big: ({ id, args }) => text(id, "x".repeat(args.chars)),
  deep: ({ id }) => {
    const open = "[".repeat(200);
    process.stdout.write(
      `{"jsonrpc":"2.0","id":${id},"result":${open}${open.replaceAll("[", "]")}}\n`,
    );
  },
  complain: ({ id, args }) => {
    for (let line = 0; line < args.lines; line++) process.stderr.write(`${args.text} ${line}\n`);
    text(id, "complained");
  },
  die: () => process.exit(3),
  progress: ({ id, params }) => {
    const { progressToken } = params._meta ?? {};
    for (const progress of [1, 2]) {
      send({ method: "notifications/progress", params: { progressToken, progress, total: 2 } });
    }
    text(id, progressToken === undefined ? "unasked" : "told");
  },
  log: ({ id }) => {
    send({
      method: "notifications/message",
      params: { level: "error", data: "ouch", logger: "x" },
    });
    text(id, "logged");
  },
  ask: async ({ id, args }) => text(id, await ask(args.method, args.params ?? {})),
  input: ({ id, args, params }) => {
    if (params.inputResponses !== undefined) {
      return text(id, { responses: params.inputResponses, state: params.requestState });
    }
    send({
      id,
      result: { resultType: "input_required", inputRequests: args.requests, requestState: "s1" },
    });
  },
  declared: ({ id, params }) =>
    text(id, params._meta?.["io.modelcontextprotocol/clientCapabilities"]),
  odd: ({ id }) => send({ id, result: { resultType: "strange" } }),
  asked: ({ id }) => text(id, asked),
  /** Tells of a resource, also where nobody asked for it. */
  touch: ({ id, args: { uri, anyway = false } }) => {
    for (const [subscription, uris] of listens) {
      if (!uris.has(uri) && !anyway) continue;
      const named = { "io.modelcontextprotocol/subscriptionId": subscription };
      const params = subscription === undefined ? { uri } : { uri, _meta: named };
      send({ method: "notifications/resources/updated", params });
    }
    text(id, "touched");
  },
  relist: ({ id, args }) => {
    listed = args.tools;
    const subscription = listen === undefined
      ? {}
      : { params: { _meta: { "io.modelcontextprotocol/subscriptionId": listen } } };
    // Without a handshake only who listens is told.
    if (era === "legacy" || listen !== undefined) {
      send({ method: "notifications/tools/list_changed", ...subscription });
    }
    text(id, "changed");
  },
};

function definitionOf(tool: string | Message): Message {
  if (typeof tool !== "string") return tool;
  return { name: tool, description: `Does ${tool}`, inputSchema: { type: "object" } };
}

function page({ id, params }: Call): void {
  const size = plan.pageSize ?? listed.length;
  const from = Number(params.cursor ?? 0);
  const more = from + size < listed.length ? { nextCursor: String(from + size) } : {};
  result(id, { tools: listed.slice(from, from + size).map(definitionOf), ...more });
}

function discover(id: unknown): void {
  if (era === "modern") {
    result(id, { supportedVersions: [VERSION], capabilities: CAPABILITIES });
  } else if (probe === "exit") {
    process.exit(1);
  } else if (probe === "refuse") {
    send({ id, error: { code: -32601, message: "Method not found" } });
  }
}

function initialize(id: unknown, params: Message): void {
  if (era === "modern") {
    const data = { supported: [VERSION], requested: params.protocolVersion };
    return send({ id, error: { code: -32022, message: "Unsupported", data } });
  }
  result(id, {
    protocolVersion: plan.revision ?? params.protocolVersion,
    capabilities: CAPABILITIES,
    serverInfo: { name: "fake", version: "1" },
  });
}

function subscribe(id: unknown, method: string, uri: string): void {
  asked.push(`${method.slice("resources/".length)} ${uri}`);
  if (plan.subscriptions === "refused") {
    return send({ id, error: { code: -32603, message: "Not today" } });
  }
  if (method === "resources/subscribe") listens.get(undefined)?.add(uri);
  else listens.get(undefined)?.delete(uri);
  result(id, {});
}

function take(message: Message): void {
  const { id, method } = message;
  // deno-lint-ignore no-explicit-any
  const params = (message.params ?? {}) as any;
  if (method === undefined) return void answers.get(id)?.(message);
  switch (method) {
    case "server/discover":
      return discover(id);
    case "initialize":
      return initialize(id, params);
    case "notifications/cancelled":
      if (listens.delete(params.requestId)) asked.push("ended");
      return void cancelled.push(params.requestId);
    case "tools/list":
      return page({ id, params, args: {} });
    case "prompts/list":
      return result(id, { prompts: plan.prompts });
    case "prompts/get":
      return result(id, {
        messages: [{ role: "user", content: { type: "text", text: JSON.stringify(params) } }],
      });
    case "completion/complete":
      return result(id, { completion: { values: [`${params.argument.value}1`], total: 1 } });
    case "resources/list":
      return result(id, { resources: plan.resources });
    case "resources/templates/list":
      if (plan.templates !== undefined) return result(id, { resourceTemplates: plan.templates });
      return send({ id, error: { code: -32601, message: "Method not found" } });
    case "resources/read":
      if (String(params.uri).includes("missing")) {
        return send({ id, error: { code: -32002, message: "Resource not found" } });
      }
      return result(id, { contents: [{ uri: params.uri, text: `body of ${params.uri}` }] });
    case "resources/subscribe":
    case "resources/unsubscribe":
      return subscribe(id, String(method), params.uri);
    case "subscriptions/listen":
      listen = id;
      listens.set(id, new Set(params.notifications.resourceSubscriptions));
      asked.push(["listen", ...listens.get(id) ?? []].join(" "));
      return send({ method: "notifications/subscriptions/acknowledged", params: {} });
    case "tools/call":
      return void ABILITIES[params.does ?? params.arguments?.does ?? params.name]?.({
        id,
        params,
        args: params.arguments ?? {},
      });
  }
}

if (plan.ignoresTerm === true) {
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 60_000);
}
if (plan.says !== undefined) process.stderr.write(`${plan.says}\n`);
if (plan.exitsAtOnce === true) process.exit(7);
let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
  rest += chunk;
  for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    if (line !== "") take(JSON.parse(line));
  }
});
