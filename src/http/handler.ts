// From a Request to its Response: the guards that need no body, in the order of the design (path, Host
// and Origin, method, who asks), then the handler of the method. Every answer passes through here, so
// it is counted, logged and given its CORS headers in one place.

import { CHALLENGE_HEADER } from "../auth/local_proof.ts";
import { given } from "../base/given.ts";
import type { Clock } from "../base/clock.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import type { HealthReport } from "../observe/health.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import {
  jsonResponse,
  methodNotAllowed,
  refusedResponse,
  textResponse,
} from "./_error_response.ts";
import type { EndpointParts } from "./endpoint.ts";
import { authenticate } from "./guards/authentication.ts";
import { isAllowedHost } from "./guards/host.ts";
import {
  isAllowedOrigin,
  needsCorsHeaders,
  preflightResponse,
  withCorsHeaders,
} from "./guards/origin.ts";
import type { InFlight } from "./in_flight.ts";
import type { ServerNames } from "./names.ts";
import { ENDPOINT_METHODS, serveEndpoint } from "./serve_endpoint.ts";
import { countedAddress, type RemoteAddress } from "./remote_address.ts";
import { type RequestUrl, RequestUrls } from "./request_url.ts";
import type { ResourceMetadata } from "./resource_metadata.ts";

/** Answers requests, with a way to ask where one comes from; never throws or rejects. */
export type HttpHandler = (
  request: Request,
  remoteAddress?: RemoteAddress,
) => Eventually<Response>;

/** What the handler is composed of. */
export interface HttpHandlerOptions {
  readonly endpoint: EndpointParts;
  readonly inFlight: InFlight;
  /** Asked at each request: the port is known only once the socket is open. */
  readonly names: () => ServerNames;
  readonly health: () => HealthReport;
  /** What is told of the way to a token; undefined: there is none. */
  readonly metadata: ResourceMetadata | undefined;
  /** What proves to that challenge that this is the daemon; undefined: it is no challenge. */
  readonly prove: (challenge: string) => string | undefined;
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

/** Makes the handler of one app. */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const { inFlight, log, metrics } = options;
  const urls = new RequestUrls();
  const faultResponse = (thrown: unknown): Response => {
    // Whatever reaches this line is a fault of ours; the client learns no more than that.
    metrics.fault();
    log.error("fault", { where: "http", name: thrown instanceof Error ? thrown.name : "" });
    return textResponse(500, "Internal error");
  };
  return (request, remoteAddress) => {
    if (!inFlight.enter()) return refusedResponse(503, "Too many requests in flight");
    const startedMs = log.isOn("debug") ? options.clock.monotonicMs() : undefined;
    const finish = (response: Response): Response => {
      inFlight.leave();
      metrics.httpRequest(methodLabel(request.method), response.status);
      if (startedMs !== undefined) {
        const { path } = urls.read(request.url);
        logRequest({ method: request.method, path }, response, { ...options, startedMs });
      }
      return response;
    };
    const failed = (thrown: unknown): Response => finish(faultResponse(thrown));
    try {
      const response = answer({ request, remoteAddress, url: urls.read(request.url) }, options);
      return response instanceof Promise ? response.then(finish, failed) : finish(response);
    } catch (thrown) {
      return failed(thrown);
    }
  };
}

function logRequest(
  { method, path }: { readonly method: string; readonly path: string },
  response: Response,
  { log, clock, startedMs }: {
    readonly log: Log;
    readonly clock: Clock;
    readonly startedMs: number;
  },
): void {
  log.debug("request", {
    method: methodLabel(method),
    path: knownPath(path),
    status: response.status,
    ms: Math.round((clock.monotonicMs() - startedMs) * 1000) / 1000,
  });
}

/** A request as it came in. */
interface Incoming {
  readonly request: Request;
  readonly remoteAddress: RemoteAddress | undefined;
  readonly url: RequestUrl;
}

function answer(incoming: Incoming, options: HttpHandlerOptions): Eventually<Response> {
  const { request, url: { host, path } } = incoming;
  const { hosts, origins } = options.names();
  const metadata = options.metadata?.paths.has(path) === true ? options.metadata : undefined;
  if (!PATHS.has(path) && metadata === undefined) {
    return textResponse(404, `Not found; the endpoint is ${ENDPOINT_PATH}`);
  }
  if (!isAllowedHost({ url: host, header: request.headers.get("host") }, hosts)) {
    return textResponse(403, 'Forbidden: "Host" is not a name of this server');
  }
  if (metadata !== undefined) return metadata.respond(request.method);
  const origin = request.headers.get("origin");
  if (origin === null) return route(incoming, options);
  if (!isAllowedOrigin(origin, origins)) {
    return textResponse(403, 'Forbidden: "Origin" is not allowed');
  }
  if (!needsCorsHeaders(origin, origins)) return route(incoming, options);
  const response = request.method === "OPTIONS"
    ? preflightResponse(
      path === ENDPOINT_PATH ? ENDPOINT_METHODS : "GET",
      request.headers.get("access-control-request-headers"),
    )
    : route(incoming, options);
  return whenReady(response, (ready) => withCorsHeaders(ready, origin));
}

function route(incoming: Incoming, options: HttpHandlerOptions): Eventually<Response> {
  const { request, url: { path } } = incoming;
  const { rates, gate } = options.endpoint;
  const address = addressOf(incoming, options);
  const refused = address === undefined ? undefined : rates?.refuseAddress(address);
  if (refused !== undefined) return refused;
  const arrival = { headers: request.headers, address };
  if (path === ENDPOINT_PATH) return serveEndpoint(request, arrival, options.endpoint);
  if (request.method !== "GET") return methodNotAllowed("GET");
  // Whoever only looks whether something is alive is not reported as refused.
  if (gate !== undefined && path === HEALTH_PATH && !request.headers.has("authorization")) {
    return jsonResponse(bareHealth(request.headers, options));
  }
  return whenReady(authenticate(arrival, gate), (found) => {
    if (path === HEALTH_PATH) {
      return jsonResponse(
        found instanceof Response ? bareHealth(request.headers, options) : options.health(),
      );
    }
    return found instanceof Response ? found : renderMetrics(options.metrics);
  });
}

/** Where a request comes from, as it is counted; nobody is asked where nothing is. */
function addressOf(
  { remoteAddress }: Incoming,
  { endpoint }: HttpHandlerOptions,
): string | undefined {
  if (endpoint.rates === undefined) return undefined;
  const address = remoteAddress?.();
  return address === undefined ? undefined : countedAddress(address);
}

/** What a stranger learns: that something is alive here, and, if it knows how to ask, what. */
function bareHealth(headers: Headers, { health, prove }: HttpHandlerOptions) {
  const challenge = headers.get(CHALLENGE_HEADER);
  return {
    status: health().status,
    ...given("proof", challenge === null ? undefined : prove(challenge)),
  };
}

async function renderMetrics(metrics: Metrics): Promise<Response> {
  const { text, contentType } = await metrics.render();
  return new Response(text, { headers: [["content-type", contentType]] });
}

const PATHS: ReadonlySet<string> = new Set([ENDPOINT_PATH, HEALTH_PATH, METRICS_PATH]);

// Labels and log lines hold names of ours only, so a stranger's method or path is not repeated.
const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "POST",
  "DELETE",
  "OPTIONS",
  "HEAD",
  "PUT",
  "PATCH",
]);

function methodLabel(method: string): string {
  return METHODS.has(method) ? method : "other";
}

function knownPath(path: string): string {
  return PATHS.has(path) ? path : "other";
}
