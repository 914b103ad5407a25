import assert from "node:assert/strict";
import { createLog } from "../../src/observe/log.ts";
import type { LogFormat, LogLevel } from "../../src/observe/log_schema.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function build(level: LogLevel, format: LogFormat) {
  const lines: string[] = [];
  const clock = new FakeClock(Date.UTC(2026, 0, 2));
  return { lines, log: createLog({ level, format, clock, write: (line) => lines.push(line) }) };
}

Deno.test("createLog() writes one JSON object a line with the event and its fields", () => {
  const { lines, log } = build("info", "json");
  log.info("session opened", { session: "abc", streams: 2, client: undefined });
  const line = JSON.parse(lines[0] ?? "");
  assert.equal(lines[0]?.endsWith("\n"), true);
  assert.equal(line["@timestamp"], "2026-01-02T00:00:00.000Z");
  assert.equal(line.message, "session opened");
  assert.equal(line.session, "abc");
  assert.equal(line.streams, 2);
  assert.equal("client" in line, false);
});

Deno.test("createLog() leaves out what is below its level", () => {
  const { lines, log } = build("warn", "json");
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");
  assert.equal(lines.length, 2);
  assert.equal(log.isOn("info"), false);
  assert.equal(log.isOn("error"), true);
});

Deno.test("createLog() writes text for a person, one line whatever the fields hold", () => {
  const { lines, log } = build("debug", "text");
  log.info("session opened", { client: "evil\nready url=http://evil", ms: 1.5 });
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.trimEnd().includes("\n"), false);
  assert.match(lines[0] ?? "", /session opened client="evil\?ready url=http:\/\/evil" ms=1\.5/);
});

Deno.test("createLog() redacts by the name of a field and shortens long texts", () => {
  const { lines, log } = build("info", "json");
  log.info("x", { accessToken: "s3cret", authorization: "Bearer s3cret", name: "n".repeat(300) });
  assert.doesNotMatch(lines[0] ?? "", /s3cret/);
  assert.equal(JSON.parse(lines[0] ?? "").name.length, 257);
});
