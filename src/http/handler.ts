// From a Request to its Response: the guards that need no body, in the order of the design (path, Host
// and Origin, method, who asks), then the handler of the method. Every answer passes through here, so
// it is counted, logged and given its CORS headers in one place.

import { LOCAL_PRINCIPAL } from "../auth/principal.ts";
import type { Clock } from "../base/clock.ts";
import type { HealthReport } from "../observe/health.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import { NAMESPACE_HEADER, PROTOCOL_VERSION_HEADER } from "../protocol/headers.ts";
import { jsonResponse, refusedResponse, textResponse } from "./_error_response.ts";
import { handleDelete } from "./delete.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";
import { handleGet } from "./get.ts";
import { isAllowedHost } from "./guards/host.ts";
import {
  isAllowedOrigin,
  needsCorsHeaders,
  preflightResponse,
  withCorsHeaders,
} from "./guards/origin.ts";
import { readSessionId } from "./guards/session_id.ts";
import type { InFlight } from "./in_flight.ts";
import type { ServerNames } from "./names.ts";
import { handlePost } from "./post.ts";

/** Answers requests; never rejects. */
export type HttpHandler = (request: Request) => Promise<Response>;

/** What the handler is composed of. */
export interface HttpHandlerOptions {
  readonly endpoint: EndpointParts;
  readonly inFlight: InFlight;
  /** Asked at each request: the port is known only once the socket is open. */
  readonly names: () => ServerNames;
  readonly health: () => HealthReport;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** The path of the endpoint. */
export const ENDPOINT_PATH = "/mcp";
/** The path of the health report. */
export const HEALTH_PATH = "/mcp/health";
/** The path of the metrics. */
export const METRICS_PATH = "/metrics";

const ENDPOINT_METHODS = "GET, POST, DELETE";

/** Makes the handler of one app. */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  return async (request) => {
    const startedMs = options.clock.monotonicMs();
    const response = await answer(request, options);
    options.metrics.httpRequest(methodLabel(request.method), response.status);
    if (options.log.isOn("debug")) {
      options.log.debug("request", {
        method: methodLabel(request.method),
        path: knownPath(pathOf(request.url)),
        status: response.status,
        ms: Math.round((options.clock.monotonicMs() - startedMs) * 1000) / 1000,
      });
    }
    return response;
  };
}

async function answer(request: Request, options: HttpHandlerOptions): Promise<Response> {
  const origin = request.headers.get("origin");
  const { hosts, origins } = options.names();
  try {
    const response = await route(request, origin, options);
    return needsCorsHeaders(origin, origins) && isAllowedHost(request, hosts)
      ? withCorsHeaders(response, origin)
      : response;
  } catch (thrown) {
    // Whatever reaches this line is a fault of ours; the client learns no more than that.
    options.metrics.fault();
    options.log.error("fault", { where: "http", name: thrown instanceof Error ? thrown.name : "" });
    return textResponse(500, "Internal error");
  }
}

function route(
  request: Request,
  origin: string | null,
  options: HttpHandlerOptions,
): Response | Promise<Response> {
  const { hosts, origins } = options.names();
  const path = pathOf(request.url);
  const isEndpoint = path === ENDPOINT_PATH;
  if (!isEndpoint && path !== HEALTH_PATH && path !== METRICS_PATH) {
    return textResponse(404, `Not found; the endpoint is ${ENDPOINT_PATH}`);
  }
  if (!isAllowedHost(request, hosts)) {
    return textResponse(403, 'Forbidden: "Host" is not a name of this server');
  }
  if (!isAllowedOrigin(origin, origins)) {
    return textResponse(403, 'Forbidden: "Origin" is not allowed');
  }
  if (isEndpoint) return serveEndpoint(request, origin, options);
  if (request.method === "OPTIONS" && needsCorsHeaders(origin, origins)) {
    return preflightResponse("GET");
  }
  if (request.method !== "GET") return methodNotAllowed("GET");
  return path === HEALTH_PATH ? jsonResponse(options.health()) : renderMetrics(options.metrics);
}

function serveEndpoint(
  request: Request,
  origin: string | null,
  options: HttpHandlerOptions,
): Response | Promise<Response> {
  const { endpoint, inFlight } = options;
  switch (request.method) {
    case "POST": {
      const leave = inFlight.enter();
      if (leave === undefined) return refusedResponse(503, "Too many requests in flight");
      return handlePost(request, readCaller(request.headers), endpoint).finally(leave);
    }
    case "GET":
      return handleGet(request, readCaller(request.headers), endpoint);
    case "DELETE":
      return handleDelete(readCaller(request.headers), endpoint);
    case "OPTIONS":
      if (needsCorsHeaders(origin, options.names().origins)) {
        return preflightResponse(ENDPOINT_METHODS);
      }
      return methodNotAllowed(ENDPOINT_METHODS);
    default:
      return methodNotAllowed(ENDPOINT_METHODS);
  }
}

function readCaller(headers: Headers): Caller {
  return {
    principal: LOCAL_PRINCIPAL,
    session: readSessionId(headers),
    version: headers.get(PROTOCOL_VERSION_HEADER),
    namespace: headers.get(NAMESPACE_HEADER) ?? undefined,
  };
}

async function renderMetrics(metrics: Metrics): Promise<Response> {
  const { text, contentType } = await metrics.render();
  return new Response(text, { headers: [["content-type", contentType]] });
}

function methodNotAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: [["allow", allow]] });
}

/** The path of an absolute URL, without its query; cheaper than parsing the whole. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start === -1) return "/";
  const query = url.indexOf("?", start);
  return query === -1 ? url.slice(start) : url.slice(start, query);
}

// Labels and log lines hold names of ours only, so a stranger's method or path is not repeated.
const METHODS = new Set(["GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH"]);

function methodLabel(method: string): string {
  return METHODS.has(method) ? method : "other";
}

function knownPath(path: string): string {
  return [ENDPOINT_PATH, HEALTH_PATH, METRICS_PATH].includes(path) ? path : "other";
}
