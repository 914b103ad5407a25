import assert from "node:assert/strict";
import { createMetrics } from "../../src/observe/metrics.ts";

const READINGS = {
  sessions: () => 3,
  streams: () => 2,
  facts: () => 5,
  tasks: () => 7,
  lentTools: () => 9,
  upstreams: () => [],
  auditLinesLost: () => 6,
  bytes: () => ({ database: 4096, index: 128 }),
};

const build = () => createMetrics(READINGS);

Deno.test("render() gives counters with their labels in Prometheus text form", async () => {
  const metrics = build();
  metrics.call("verify", "ok", 0.0002);
  metrics.call("verify", "ok", 0.02);
  metrics.call("verify", "refused", 0.02);
  metrics.httpRequest("POST", 200);
  metrics.sessionOpened();
  metrics.sessionEnded("idle");
  metrics.eventsDropped(4);
  metrics.taskBegun();
  metrics.taskBegun();
  metrics.taskRefused();
  metrics.fault();
  const { text, contentType } = await metrics.render();
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  const lines = text.split("\n");
  for (
    const line of [
      "# TYPE car_tool_calls_total counter",
      'car_tool_calls_total{tool="verify",outcome="ok"} 2',
      'car_tool_calls_total{tool="verify",outcome="refused"} 1',
      "# TYPE car_tool_call_seconds histogram",
      'car_tool_call_seconds_bucket{le="0.0001",tool="verify"} 0',
      'car_tool_call_seconds_bucket{le="0.00025",tool="verify"} 1',
      'car_tool_call_seconds_bucket{le="+Inf",tool="verify"} 3',
      'car_tool_call_seconds_count{tool="verify"} 3',
      'car_http_requests_total{method="POST",status="200"} 1',
      "car_sessions_opened_total 1",
      'car_sessions_ended_total{reason="idle"} 1',
      "car_events_dropped_total 4",
      "car_tasks_begun_total 2",
      "car_tasks_refused_total 1",
      "car_faults_total 1",
      "car_sessions 3",
      "car_streams 2",
      "car_facts 5",
      "car_tasks 7",
      "car_audit_lines_lost 6",
      "car_database_bytes 4096",
      "car_index_bytes 128",
    ]
  ) {
    assert.ok(lines.includes(line), line);
  }
});

Deno.test("a histogram counts a value on a bound into the bucket of that bound", async () => {
  const metrics = build();
  metrics.call("verify", "ok", 0.001);
  metrics.call("verify", "ok", 1_000);
  const { text } = await metrics.render();
  assert.ok(text.includes('car_tool_call_seconds_bucket{le="0.0005",tool="verify"} 0'));
  assert.ok(text.includes('car_tool_call_seconds_bucket{le="0.001",tool="verify"} 1'));
  assert.ok(text.includes('car_tool_call_seconds_bucket{le="60",tool="verify"} 1'));
  assert.ok(text.includes('car_tool_call_seconds_bucket{le="+Inf",tool="verify"} 2'));
});

Deno.test("two apps count apart", async () => {
  const [one, two] = [build(), build()];
  one.call("verify", "ok", 0.1);
  assert.doesNotMatch((await two.render()).text, /tool="verify"/);
});

Deno.test("render() says how mounted servers are now, and forgets those that are gone", async () => {
  let upstreams = [{ name: "box", state: "ready", restarts: 0 }];
  const metrics = createMetrics({ ...READINGS, upstreams: () => upstreams });
  const shown = async () =>
    (await metrics.render()).text.split("\n").filter((line) => line.startsWith("car_upstream"));
  assert.deepEqual(await shown(), [
    'car_upstream_state{upstream="box",state="ready"} 1',
    'car_upstream_restarts_total{upstream="box"} 0',
  ]);
  upstreams = [{ name: "box", state: "waiting", restarts: 3 }];
  await shown();
  assert.deepEqual(await shown(), [
    'car_upstream_state{upstream="box",state="waiting"} 1',
    'car_upstream_restarts_total{upstream="box"} 3',
  ]);
  upstreams = [];
  assert.deepEqual(await shown(), []);
});

Deno.test("render() shows the heap and the RAM of the process", async () => {
  const { text } = await createMetrics(READINGS).render();
  for (const name of ["car_heap_bytes", "car_resident_bytes"]) {
    const bytes = Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
    assert.ok(bytes > 1024 * 1024, `${name} ${bytes}`);
  }
});
