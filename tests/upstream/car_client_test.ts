// The tests of CAR's own client for mounted servers, by their names and in their meaning.

import assert from "node:assert/strict";
import { lineConnection } from "../helpers/line_channel.ts";

function answer(id: number, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

Deno.test("routes_response_to_matching_waiter", async () => {
  const { connection, line } = lineConnection();
  const waiting = connection.request("tools/list");
  line(answer(1, { value: 42 }));
  assert.deepEqual(await waiting, { value: 42 });
});

Deno.test("unknown_id_is_discarded_without_disturbing_other_waiters", async () => {
  const { connection, line } = lineConnection();
  const waiting = connection.request("tools/list");
  line(answer(999, {}));
  assert.equal(connection.garbage, 1);
  line(answer(1, { mine: true }));
  assert.deepEqual(await waiting, { mine: true });
});

Deno.test("notifications_and_garbage_are_ignored", () => {
  const { connection, line, sent } = lineConnection();
  line('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}');
  line("not json at all");
  line("[]");
  line("42");
  assert.equal(connection.garbage, 2);
  assert.deepEqual(sent, []);
});

Deno.test("error_response_is_routed_for_send_request_to_surface", async () => {
  const { connection, line } = lineConnection();
  const waiting = connection.request("tools/call");
  line('{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"tool failed"}}');
  await assert.rejects(waiting, {
    code: "conflict",
    message: 'Server "box" answered with error -1: tool failed',
  });
});

Deno.test("reader_loop_routes_then_marks_dead_and_clears_on_eof", async () => {
  const { connection, line, end } = lineConnection();
  const first = connection.request("tools/list");
  const second = connection.request("tools/list");
  line(answer(1, { ok: true }));
  end("It ended with code 0");
  assert.deepEqual(await first, { ok: true });
  assert.equal(await connection.ended, "It ended with code 0");
  await assert.rejects(second, {
    code: "closed",
    message: 'Server "box" has ended or takes nothing',
  });
  await assert.rejects(connection.request("tools/list"), { code: "closed" });
});

Deno.test("reader_loop_skips_noise_without_desync", async () => {
  const { connection, line } = lineConnection();
  const waiting = connection.request("tools/call");
  line("garbage not json");
  line('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}');
  line(answer(1, { done: true }));
  assert.deepEqual(await waiting, { done: true });
});

Deno.test("a timeout drops the waiter alone, tells the server, and a late answer finds nobody", async () => {
  const { clock, connection, line, sent } = lineConnection();
  const slow = connection.request("tools/call", { timeoutMs: 100 });
  const other = connection.request("tools/call");
  clock.advance(102);
  await assert.rejects(slow, {
    code: "deadline_exceeded",
    message: 'Server "box" did not answer in time',
  });
  assert.equal(sent.length, 3);
  assert.deepEqual(sent[2], {
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 1 },
  });
  line(answer(1, { late: true }));
  line(answer(2, { mine: true }));
  assert.deepEqual(await other, { mine: true });
  line(answer(2, { twice: true }));
  assert.equal(connection.garbage, 2);
});

Deno.test("one more call than may wait is refused, and the others go on", async () => {
  const { connection, line } = lineConnection();
  const calls = Array.from({ length: 1_024 }, () => connection.request("tools/call"));
  await assert.rejects(connection.request("tools/call"), {
    code: "limit_reached",
    message: 'Too many calls wait for server "box"',
  });
  calls.forEach((_, at) => line(answer(at + 1, { at })));
  assert.deepEqual(await Promise.all(calls), calls.map((_, at) => ({ at })));
});
