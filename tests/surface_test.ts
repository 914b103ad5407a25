// What others depend on: names, numbers and paths that change here on purpose or not at all.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LIMIT_RANGES } from "../src/base/limit_ranges.ts";
import { SERVER_NAME, VERSION } from "../src/base/version.ts";
import { EXIT } from "../src/cli/exit_codes.ts";
import { ENVIRONMENT_NAMES } from "../src/config/config.ts";
import { CONFIG_KEYS } from "../src/config/keys.ts";
import { ENDPOINT_PATH, HEALTH_PATH, METRICS_PATH } from "../src/http/handler.ts";
import { LEGACY_REVISION_NAMES } from "../src/protocol/revisions.ts";
import { INSTRUCTIONS } from "../src/server/instructions.ts";
import { resultOf, rpc, testApp } from "./helpers/test_app.ts";
import type { ToolResult } from "./helpers/use_tool.ts";

const denoJson = JSON.parse(readFileSync(new URL("../deno.json", import.meta.url), "utf8"));

Deno.test("surface: name and version are those of deno.json", () => {
  assert.equal(SERVER_NAME, denoJson.name);
  assert.equal(VERSION, denoJson.version);
});

Deno.test("surface: the revisions, oldest first", () => {
  assert.deepEqual(LEGACY_REVISION_NAMES, ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]);
});

Deno.test("surface: the paths", () => {
  assert.deepEqual([ENDPOINT_PATH, HEALTH_PATH, METRICS_PATH], [
    "/mcp",
    "/mcp/health",
    "/metrics",
  ]);
});

Deno.test("surface: the exit codes", () => {
  assert.deepEqual(EXIT, {
    done: 0,
    fault: 1,
    usage: 2,
    addressInUse: 3,
    homeUnusable: 4,
    daemonRunning: 5,
    database: 6,
    noDaemon: 7,
    denied: 8,
  });
});

Deno.test("surface: the tasks of the project", () => {
  assert.deepEqual(Object.keys(denoJson.tasks), [
    "ok",
    "check",
    "test",
    "test:slow",
    "conformance",
    "sim",
    "chaos",
    "fuzz",
    "soak",
    "serve",
    "car-mcp",
    "compile",
    "compile:bun",
    "release",
    "bench:http",
    "bench:sse",
    "bench:mount",
    "bench:start",
    "bench:memory",
    "bench:retrieval",
  ]);
});

Deno.test("surface: the configuration keys beside the limits, and their standard values", () => {
  const keys = CONFIG_KEYS.filter((key) => !key.name.startsWith("limits."));
  assert.deepEqual(keys.map((key) => [key.name, key.standard]), [
    ["http.bind", "127.0.0.1:9102"],
    ["http.allowedOrigins", []],
    ["http.allowedHosts", []],
    ["http.requireSession", false],
    ["http.tlsCert", undefined],
    ["http.tlsKey", undefined],
    ["auth.local", "none"],
    ["auth.tokens", false],
    ["auth.access", []],
    ["auth.allowUnauthenticated", false],
    ["auth.jwt.issuer", undefined],
    ["auth.jwt.jwks", undefined],
    ["auth.jwt.audience", undefined],
    ["auth.jwt.rolesClaim", undefined],
    ["auth.jwt.namespacesClaim", undefined],
    ["compat", "none"],
    ["log.level", "info"],
    ["log.format", undefined],
    ["sessions.idleMs", 1_800_000],
    ["sessions.max", 10_000],
    ["sessions.persist", false],
    ["streams.openAfterMs", 200],
    ["streams.keepAliveMs", 15_000],
    ["memory.durability", "full"],
    ["memory.ramBytesMax", 1_073_741_824],
    ["tools.offer", "all"],
    ["tools.searchAbove", 1_000_000],
    ["tools.answerBytesMax", 16_384],
    ["clientTools.enabled", false],
  ]);
  assert.ok(ENVIRONMENT_NAMES.includes("CAR_HOME"));
  assert.ok(ENVIRONMENT_NAMES.includes("CAR_MCP_BIND"));
  assert.ok(ENVIRONMENT_NAMES.includes("CAR_HTTP_ALLOWED_ORIGINS"));
});

Deno.test("surface: the limits that clients meet", () => {
  const standard = (name: keyof typeof LIMIT_RANGES) => LIMIT_RANGES[name].standard;
  assert.deepEqual({
    body: standard("bodyBytesMax"),
    depth: standard("jsonDepthMax"),
    batch: standard("batchMessagesMax"),
    subject: standard("subjectBytesMax"),
    factBody: standard("factBodyBytesMax"),
    id: standard("idCharsMax"),
    tags: [standard("tagsMax"), standard("tagCharsMax")],
    query: standard("queryBytesMax"),
    skillCode: standard("skillCodeBytesMax"),
    proposal: standard("proposalBytesMax"),
    streams: [standard("sessionStreamsMax"), standard("shadowStreamsMax")],
    eventLog: [standard("eventLogEventsMax"), standard("eventLogBytesMax")],
    call: standard("callMs"),
    grace: standard("shutdownGraceMs"),
  }, {
    body: 4_194_304,
    depth: 64,
    batch: 50,
    subject: 512,
    factBody: 65_536,
    id: 128,
    tags: [32, 64],
    query: 8_192,
    skillCode: 262_144,
    proposal: 1_048_576,
    streams: [64, 32],
    eventLog: [1_024, 1_048_576],
    call: 60_000,
    grace: 5_000,
  });
});

Deno.test("surface: the arguments of the tools, required ones marked", async () => {
  await using server = await testApp();
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  const shape = Object.fromEntries(tools.map((tool: ToolResult) => {
    const required = new Set(tool.inputSchema.required ?? []);
    const names = Object.keys(tool.inputSchema.properties);
    return [tool.name, names.map((name) => required.has(name) ? `${name}!` : name).join(" ")];
  }));
  assert.deepEqual(shape, {
    memory_add_fact:
      "subject! body! kind id tags confidence supersedes depends_on premises valid_from expires_at source tenant_id",
    memory_query: "query! k kinds tags include_superseded since until tenant_id",
    skill_ingest:
      "name! code! platform persona url_pattern description task_keywords supersedes domain",
    skill_list: "domain",
    skill_find: "task! persona url k",
    verify: "proposal! max_actions initial_state tools",
    memory_save_knowledge: "subject! body! id tags confidence tenant_id is_constraint",
    memory_save_procedural: "subject! body! id tags confidence tenant_id is_constraint",
    memory_update_status: "body! tenant_id",
    memory_delete: "id! tenant_id",
    memory_intervene: "query recent trigger force max_candidates tenant_id",
    memory_evaluate: "cases!",
    memory_history: "id subject tenant_id",
    memory_build_context: "query! mode max_tokens tenant_id",
    skill_report: "name! outcome! note",
    simulate: "proposal! initial_state",
    equivalent: "proposal_a! proposal_b! test_states",
    optimize: "proposal!",
    policy_check: "tool! params",
  });
});

Deno.test("surface: the resources, and the prompts with their arguments, required ones marked", async () => {
  await using server = await testApp();
  const ask = async (method: string) => await resultOf(await server.post(rpc(method)));
  const { resources } = await ask("resources/list");
  assert.deepEqual(resources.map(({ uri }: ToolResult) => uri), ["car://memory/status"]);
  const { resourceTemplates } = await ask("resources/templates/list");
  assert.deepEqual(resourceTemplates.map(({ uriTemplate }: ToolResult) => uriTemplate), [
    "car://memory/skill/{name}",
    "car://memory/fact/{id}",
  ]);
  const { prompts } = await ask("prompts/list");
  const shape = prompts.map((prompt: ToolResult) => {
    const names = prompt.arguments.map(({ name, required }: ToolResult) =>
      required ? `${name}!` : name
    );
    return [prompt.name, names.join(" ")];
  });
  assert.deepEqual(Object.fromEntries(shape), {
    car_context: "query! mode",
    car_remember: "body! subject",
    car_recall: "query!",
  });
});

Deno.test("surface: the instructions to a model are short", () => {
  assert.ok(INSTRUCTIONS.length <= 800, `${INSTRUCTIONS.length} characters`);
});
