// How a command reaches a memory: through the daemon of the home when one answers and the command asks
// for it, else by a server in this process on the same file. Either way the tools answer, with their
// checks and under the policies of the home, so that a command says what an agent would be told.

import { existsSync } from "node:fs";
import process from "node:process";
import type { App } from "../app.ts";
import { WAITING_CLOCK } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import { readSseEvents } from "../base/sse_events.ts";
import { checkNamespaceName } from "../base/text_fields.ts";
import { SERVER_NAME, VERSION } from "../base/version.ts";
import type { Config } from "../config/config.ts";
import { findDaemon, isSecureUrl } from "../find_daemon.ts";
import { memoryPath } from "../memory_file.ts";

/** How a memory is opened. */
export interface MemoryDoorOptions {
  readonly config: Config;
  readonly namespace: string | undefined;
  /** Whether a daemon that answers is asked, instead of the file. */
  readonly asksDaemon: boolean;
  /** Whether a memory is made where there is none; else `home_unusable` is thrown. */
  readonly makesMemory: boolean;
}

/** What a tool answers. */
export interface ToolReply {
  // deno-lint-ignore no-explicit-any -- what it holds is for the tool to say
  readonly structured: any;
  readonly text: string;
}

/** Something with a URI that is read. */
export interface WantedResource {
  readonly uri: string;
  /** What is said when it is not there. */
  readonly missing: string;
}

/** A memory that answers. */
export interface MemoryDoor extends AsyncDisposable {
  /**
   * Calls a tool. Throws CarError `invalid_argument` with what the tool complains of, `denied` for what
   * a policy refuses, `closed` when the daemon went away.
   */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolReply>;
  /** Asks for something else by its method; throws alike. */
  // deno-lint-ignore no-explicit-any -- what it holds is for the method to say
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<any>;
  /** Reads the text of a resource; throws alike, and `not_found`. */
  read(wanted: WantedResource): Promise<string>;
}

type Send = (request: Request) => Promise<Response>;

/** Opens the memory of a home. Throws as `start()`, and `home_unusable` where there is none to read. */
export async function openMemoryDoor(options: MemoryDoorOptions): Promise<MemoryDoor> {
  const { config, namespace, asksDaemon } = options;
  if (namespace !== undefined) {
    checkNamespaceName("namespace", namespace, config.limits.namespaceCharsMax);
  }
  const found = asksDaemon
    ? await findDaemon({ home: config.home, clock: WAITING_CLOCK })
    : undefined;
  // One that speaks TLS shows a certificate that this runtime need not know.
  if (found?.kind === "up" && !isSecureUrl(found.info.url)) {
    const { info: { url }, headers } = found;
    return doorOf(fetch, url, { ...options, headers, close: () => {} });
  }
  const app = await startHere(options);
  const close = () => app.stop();
  return doorOf((request) => app.fetch(request), app.url, { ...options, close });
}

async function startHere({ config, makesMemory }: MemoryDoorOptions): Promise<App> {
  const path = memoryPath(config.home);
  if (!makesMemory && !existsSync(path)) {
    const message = `There is no memory in ${config.home}: "${path}" does not exist`;
    throw new CarError("home_unusable", message);
  }
  const { start } = await import("../app.ts");
  // A person reads more than fits into a model's answer, and is offered everything.
  const { max: answerBytesMax } = LIMIT_RANGES.answerBytesMax;
  const limits = { ...config.limits, answerBytesMax };
  return await start({
    config: { ...config, limits, offer: "all", compat: "none", logLevel: "error" },
    isDaemon: false,
    mountsServers: false,
    writeLog: (line) => void process.stderr.write(line),
  });
}

interface DoorParts extends Pick<MemoryDoorOptions, "config" | "namespace"> {
  /** What lets the command in. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly close: () => void | Promise<void>;
}

function doorOf(
  send: Send,
  url: string,
  { config, namespace, headers, close }: DoorParts,
): MemoryDoor {
  const { bodyBytesMax: bytesMax } = config.limits;
  const request: MemoryDoor["request"] = async (method, params) => {
    const response = await sent(send, writtenRequest(url, { method, params, namespace, headers }));
    const { result, error } = await messageIn(response, bytesMax);
    if (result !== undefined) return result;
    const message = typeof error?.message === "string" ? error.message : "It answered nothing";
    if (message === NOT_FOUND) throw new CarError("resource_not_found", message);
    if (message === UNKNOWN_TOOL) {
      const complaint = `The daemon does not offer ${params["name"]}; see tools.offer`;
      throw new CarError("unsupported", complaint);
    }
    throw new CarError(error?.code === INVALID_PARAMS ? "invalid_argument" : "closed", message);
  };
  return {
    request,
    async call(tool, args) {
      const { isError, content, structuredContent } = await request("tools/call", {
        name: tool,
        arguments: args,
      });
      const text = String(content?.[0]?.text ?? "");
      if (isError !== true) return { structured: structuredContent, text };
      throw new CarError(text.startsWith(DENIAL) ? "denied" : "invalid_argument", text);
    },
    async read({ uri, missing }) {
      try {
        const { contents } = await request("resources/read", { uri });
        return String(contents[0].text);
      } catch (thrown) {
        if (!(thrown instanceof CarError) || thrown.code !== "resource_not_found") throw thrown;
        throw new CarError("not_found", missing, { cause: thrown });
      }
    },
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}

const DENIAL = "Denied by policy";
const NOT_FOUND = "Resource not found";
const UNKNOWN_TOOL = "Unknown tool";
const INVALID_PARAMS = -32602;
const ID = 1;
const REVISION = "2026-07-28";
const META = "io.modelcontextprotocol/";

interface Asked extends Pick<DoorParts, "namespace" | "headers"> {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

// The stateless form: one request says everything, and needs no session before it.
function writtenRequest(
  url: string,
  { method, params, namespace, headers: entry }: Asked,
): Request {
  const name = params["name"] ?? params["uri"];
  const headers: Record<string, string> = {
    ...entry,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": REVISION,
    "mcp-method": method,
  };
  if (typeof name === "string") headers["mcp-name"] = name;
  if (namespace !== undefined) headers["car-namespace"] = namespace;
  const _meta = {
    [`${META}protocolVersion`]: REVISION,
    [`${META}clientCapabilities`]: {},
    [`${META}clientInfo`]: { name: `${SERVER_NAME} command`, version: VERSION },
  };
  const body = { jsonrpc: "2.0", id: ID, method, params: { ...params, _meta } };
  return new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function sent(send: Send, request: Request): Promise<Response> {
  try {
    return await send(request);
  } catch (thrown) {
    throw new CarError("closed", "The daemon went away before it answered", { cause: thrown });
  }
}

interface Message {
  // deno-lint-ignore no-explicit-any -- the caller knows what it asked for
  readonly result?: any;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

/** The response among what comes back, as JSON or as a stream of events. */
async function messageIn(response: Response, bytesMax: number): Promise<Message> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream") || response.body === null) {
    const text = await response.text();
    if (type.startsWith("application/json")) return JSON.parse(text);
    throw new CarError("closed", `It answered with status ${response.status}: ${text}`);
  }
  for await (const event of readSseEvents(response.body, bytesMax)) {
    if (event.kind !== "event" || event.data === "") continue;
    const message = JSON.parse(event.data);
    if (message.id === ID && message.method === undefined) return message;
  }
  throw new CarError("closed", "The daemon went away before it answered");
}
