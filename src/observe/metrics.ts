// The catalogue of metrics, in Prometheus text form (prometheus.io, "Text-based format"). Labels hold
// names of ours only: tools, outcomes, reasons, status codes.

import process from "node:process";
import type { Registry } from "prom-client";
import { Counter, Gauge, Registry as AppRegistry } from "./_prom_client.ts";
import { LabelledHistogram, PairCounter } from "./_tallies.ts";
import type { UpstreamHealth } from "./health.ts";

/** What is read when somebody looks, instead of being counted along the way. */
export interface Readings {
  sessions(): number;
  streams(): number;
  facts(): number;
  /** Tasks whose work goes on. */
  tasks(): number;
  /** Tools that clients lend now. */
  lentTools(): number;
  /** The mounted servers; their names have a bounded form. */
  upstreams(): readonly UpstreamHealth[];
  /** Lines of the audit that could not be written. */
  auditLinesLost(): number;
  /** Bytes of the database file and of the index in memory. */
  bytes(): { readonly database: number; readonly index: number };
}

/**
 * How a call of a tool ended: with its answer, with an answer that reports an error, refused for its
 * arguments, denied by a policy, or by a fault of ours.
 */
export type CallOutcome = "ok" | "tool_error" | "refused" | "denied" | "fault";

/** The metrics of one app. */
export interface Metrics {
  /** Counts one call of a known tool. */
  call(tool: string, outcome: CallOutcome, seconds: number): void;
  /** Counts a round of a stateless call that ended by asking. */
  roundAsked(): void;
  /** Counts one answered HTTP request. */
  httpRequest(method: string, status: number): void;
  sessionOpened(): void;
  /** Counts a session of an earlier process that goes on. */
  sessionRestored(): void;
  sessionEnded(reason: string): void;
  /** Counts messages that were dropped because nobody listened. */
  eventsDropped(messages: number): void;
  /** Counts a response that answers no question of ours. */
  strayResponse(): void;
  /** A request was not let in; the reason is a name of ours. */
  refused(reason: string): void;
  /** Counts a request or a call that was refused for a limit of its caller's own. */
  limitMet(limit: string): void;
  /** Counts a call that went on as a task. */
  taskBegun(): void;
  /** Counts a call that stayed one because there was no room for another task. */
  taskRefused(): void;
  /** Counts a fault of ours. */
  fault(): void;
  /** All metrics as text, and the content type of it. */
  render(): Promise<{ readonly text: string; readonly contentType: string }>;
}

// From a tenth of a millisecond, where an answer from memory lies, to the deadline of a call.
const SECONDS_BUCKETS: readonly number[] = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.05,
  0.25,
  1,
  10,
  60,
];

/** Makes the metrics of one app. */
export function createMetrics(readings: Readings): Metrics {
  const registry = new AppRegistry();
  const registers = [registry];
  const calls = new PairCounter(
    { name: "car_tool_calls_total", help: "Calls of a tool, by tool and outcome" },
    ["tool", "outcome"],
    registry,
  );
  const seconds = new LabelledHistogram({
    name: "car_tool_call_seconds",
    help: "Time a call of a tool took, by tool",
    label: "tool",
    buckets: SECONDS_BUCKETS,
  }, registry);
  const requests = new PairCounter(
    { name: "car_http_requests_total", help: "Answered HTTP requests, by method and status" },
    ["method", "status"],
    registry,
  );
  const dropped = new Counter({
    name: "car_events_dropped_total",
    help: "Messages dropped because nobody listened",
    registers,
  });
  const strays = new Counter({
    name: "car_stray_responses_total",
    help: "Posted responses that answer no question: late, repeated or foreign",
    registers,
  });
  const rounds = new Counter({
    name: "car_tool_rounds_asked_total",
    help: "Rounds of stateless calls that ended by asking the client",
    registers,
  });
  const faults = new Counter({ name: "car_faults_total", help: "Faults of the server", registers });
  addReadings(registers, readings);
  addUpstreams(registers, readings);
  return {
    call(tool, outcome, tookSeconds) {
      calls.add(tool, outcome);
      seconds.observe(tool, tookSeconds);
    },
    roundAsked: () => rounds.inc(),
    httpRequest: (method, status) => requests.add(method, status),
    ...sessionCounters(registers),
    eventsDropped: (messages) => dropped.inc(messages),
    ...refusalCounters(registers),
    strayResponse: () => strays.inc(),
    ...taskCounters(registers),
    fault: () => faults.inc(),
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

function refusalCounters(registers: Registry[]): Pick<Metrics, "refused" | "limitMet"> {
  const refusals = new Counter({
    name: "car_refused_total",
    help: "Requests that were not let in, by reason",
    labelNames: ["reason"],
    registers,
  });
  const limits = new Counter({
    name: "car_limits_met_total",
    help: "Requests and calls refused for a limit of their caller's own, by limit",
    labelNames: ["limit"],
    registers,
  });
  return {
    refused: (reason) => refusals.inc({ reason }),
    limitMet: (limit) => limits.inc({ limit }),
  };
}

function sessionCounters(
  registers: Registry[],
): Pick<Metrics, "sessionOpened" | "sessionRestored" | "sessionEnded"> {
  const opened = new Counter({
    name: "car_sessions_opened_total",
    help: "Sessions opened",
    registers,
  });
  const restored = new Counter({
    name: "car_sessions_restored_total",
    help: "Sessions of an earlier process that went on",
    registers,
  });
  const ended = new Counter({
    name: "car_sessions_ended_total",
    help: "Sessions ended, by reason",
    labelNames: ["reason"],
    registers,
  });
  return {
    sessionOpened: () => opened.inc(),
    sessionRestored: () => restored.inc(),
    sessionEnded: (reason) => ended.inc({ reason }),
  };
}

function taskCounters(registers: Registry[]): Pick<Metrics, "taskBegun" | "taskRefused"> {
  const begun = new Counter({
    name: "car_tasks_begun_total",
    help: "Calls that went on as tasks",
    registers,
  });
  const refused = new Counter({
    name: "car_tasks_refused_total",
    help: "Calls that stayed calls because there was no room for another task",
    registers,
  });
  return { taskBegun: () => begun.inc(), taskRefused: () => refused.inc() };
}

function addReadings(registers: Registry[], readings: Readings): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("car_sessions", "Live sessions", () => readings.sessions());
  gauge("car_streams", "Open event streams", () => readings.streams());
  gauge("car_facts", "Live facts", () => readings.facts());
  gauge(
    "car_audit_lines_lost",
    "Lines of the audit that could not be written",
    () => readings.auditLinesLost(),
  );
  gauge("car_tasks", "Tasks whose work goes on", () => readings.tasks());
  gauge("car_lent_tools", "Tools that clients lend now", () => readings.lentTools());
  gauge("car_database_bytes", "Bytes of the database file", () => readings.bytes().database);
  gauge("car_index_bytes", "Bytes of the index in memory", () => readings.bytes().index);
  gauge(
    "car_heap_bytes",
    "Bytes of the heap that are in use",
    () => process.memoryUsage().heapUsed,
  );
  gauge("car_resident_bytes", "Bytes of RAM of the process", () => process.memoryUsage().rss);
}

function addUpstreams(registers: Registry[], readings: Readings): void {
  // What is no longer mounted is no longer shown, so both are written anew each time.
  new Gauge({
    name: "car_upstream_state",
    help: "1 for the state in which a mounted server is",
    labelNames: ["upstream", "state"],
    registers,
    collect() {
      this.reset();
      for (const { name, state } of readings.upstreams()) this.set({ upstream: name, state }, 1);
    },
  });
  new Counter({
    name: "car_upstream_restarts_total",
    help: "Restarts of a mounted server since it was mounted",
    labelNames: ["upstream"],
    registers,
    collect() {
      this.reset();
      for (const { name, restarts } of readings.upstreams()) {
        this.inc({ upstream: name }, restarts);
      }
    },
  });
}
