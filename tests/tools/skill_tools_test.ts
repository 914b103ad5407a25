// The skill tools as a client sees them.

import assert from "node:assert/strict";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, type ToolResult, useTool } from "../helpers/use_tool.ts";

const DEPLOY = {
  name: "deploy",
  code: "1. build\n2. push",
  description: "Deploys the site",
  persona: "operator",
  url_pattern: "https://*.example/deploy*",
  task_keywords: ["deploy", "release"],
};

Deno.test("skill_ingest stores versions and says so in a sentence mcp:145", async () => {
  await using server = await testApp();
  const first = await useTool(server, "skill_ingest", DEPLOY);
  assert.equal(first.content[0].text, "skill deploy stored as version 1");
  assert.deepEqual(first.structuredContent, { name: "deploy", version: 1 });
  const second = await useTool(server, "skill_ingest", { ...DEPLOY, code: "better" });
  assert.deepEqual(second.structuredContent, { name: "deploy", version: 2 });
  const other = { name: "ship", code: "ship it", supersedes: "deploy" };
  const third = await useTool(server, "skill_ingest", other);
  assert.deepEqual(third.structuredContent, { name: "ship", version: 1, superseded: "deploy" });
});

Deno.test("skill_list answers a bare array with all fields mcp:145", async () => {
  await using server = await testApp();
  await useTool(server, "skill_ingest", DEPLOY);
  await useTool(server, "skill_ingest", { name: "local", code: "x", domain: "web" });
  const listed = await useTool(server, "skill_list");
  const { skills, total } = listed.structuredContent;
  assert.equal(total, 2);
  assert.deepEqual(JSON.parse(listed.content[0].text), skills);
  assert.deepEqual(skills[0], {
    name: "deploy",
    description: "Deploys the site",
    platform: null,
    persona: "operator",
    url_pattern: "https://*.example/deploy*",
    task_keywords: ["deploy", "release"],
    domain: null,
    status: "active",
    version: 1,
    success_count: 0,
    fail_count: 0,
  });
  const names = async (domain: string) =>
    (await useTool(server, "skill_list", { domain })).structuredContent.skills
      .map((skill: ToolResult) => skill.name);
  assert.deepEqual(await names("web"), ["deploy", "local"]);
  assert.deepEqual(await names("mail"), ["deploy"]);
});

Deno.test("skill_list ends early when it would be too long, and tells the total", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "1024" } });
  for (let skill = 0; skill < 10; skill++) {
    await useTool(server, "skill_ingest", { name: `skill ${skill}`, code: "x" });
  }
  const { structuredContent, content } = await useTool(server, "skill_list");
  assert.equal(structuredContent.total, 10);
  assert.ok(structuredContent.skills.length > 0 && structuredContent.skills.length < 10);
  assert.ok(content[0].text.length <= 1024);
});

Deno.test("skill_find scores by persona, url, keywords, record and text", async () => {
  await using server = await testApp();
  await useTool(server, "skill_ingest", DEPLOY);
  await useTool(server, "skill_ingest", { name: "knit", code: "wool" });
  const found = await useTool(server, "skill_find", {
    task: "deploying a release",
    persona: "Operator",
    url: "https://www.example/deploy/now",
  });
  const { skills } = found.structuredContent;
  assert.deepEqual(JSON.parse(found.content[0].text), skills);
  assert.equal(skills.length, 1);
  assert.equal(skills[0].skill.code, DEPLOY.code);
  // 0.4 for a whole match of persona, url and keywords, and 0.4 · 0.5 without a record; then the text.
  assert.ok(skills[0].score > 0.6 && skills[0].score <= 0.8, String(skills[0].score));
  assert.ok(skills[0].why.length > 0);
});

Deno.test("skill_find cuts long code and says so", async () => {
  await using server = await testApp();
  const code = "step\n".repeat(10_000);
  await useTool(server, "skill_ingest", { ...DEPLOY, code });
  const found = await useTool(server, "skill_find", { task: "deploy" });
  const [{ skill }] = found.structuredContent.skills;
  assert.equal(skill.truncated, true);
  assert.ok(code.startsWith(skill.code) && skill.code.length > 1_000);
  assert.ok(found.content[0].text.length <= 16 * 1024);
});

Deno.test("skill_report degrades a skill that keeps failing and a success brings it back", async () => {
  await using server = await testApp();
  await useTool(server, "skill_ingest", DEPLOY);
  const report = (outcome: string) => useTool(server, "skill_report", { name: "deploy", outcome });
  for (let failure = 0; failure < 2; failure++) await report("failure");
  const third = await report("failure");
  assert.deepEqual(third.structuredContent, {
    name: "deploy",
    success_count: 0,
    fail_count: 3,
    status: "degraded",
  });
  const hidden = await useTool(server, "skill_find", { task: "deploy" });
  assert.deepEqual(hidden.structuredContent.skills, []);
  assert.equal((await report("success")).structuredContent.status, "active");
  const shown = await useTool(server, "skill_find", { task: "deploy" });
  assert.equal(shown.structuredContent.skills.length, 1);
});

Deno.test("skill tools refuse what does not fit, by field and size mcp:118", async () => {
  await using server = await testApp();
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["skill_ingest", { name: "x" }, /"code": required/],
    ["skill_ingest", { name: "", code: "x" }, /name/],
    ["skill_ingest", { name: "x", code: "c".repeat(262_145) }, /262145.*262144/],
    ["skill_ingest", { name: "x", code: "c", supersedes: "nobody" }, /supersedes/],
    ["skill_ingest", { name: "x", code: "c", tenant_id: "a" }, /Unknown argument "tenant_id"/],
    ["skill_list", { domian: "x" }, /Unknown argument "domian"/],
    ["skill_find", {}, /"task": required/],
    ["skill_find", { task: "x", k: 21 }, /"k".*given 21/],
    ["skill_report", { name: "nobody", outcome: "success" }, /nobody|No skill|not found/i],
    ["skill_report", { name: "x", outcome: "maybe" }, /"outcome".*"maybe"/],
  ];
  for (const [name, args, complaint] of cases) {
    assert.match(refusalOf(await useTool(server, name, args)), complaint);
  }
});

Deno.test("a skill is seen in its own namespace only", async () => {
  await using server = await testApp();
  await useTool(server, "skill_ingest", DEPLOY, { "car-namespace": "a" });
  const other = await useTool(server, "skill_list", {}, { "car-namespace": "b" });
  assert.equal(other.structuredContent.total, 0);
});

Deno.test("skill_find keeps twenty skills with long texts within the bytes of an answer", async () => {
  await using server = await testApp();
  const long = {
    code: "step\n".repeat(1_000),
    description: "deploys the site ".repeat(200),
    url_pattern: "u".repeat(100),
    task_keywords: ["deploy", ...Array.from({ length: 60 }, (_, at) => `${at} ${"k".repeat(50)}`)],
  };
  for (let skill = 0; skill < 20; skill++) {
    await useTool(server, "skill_ingest", { name: `deploy ${skill}`, ...long });
  }
  const found = await useTool(server, "skill_find", { task: "deploy", k: 20 });
  const { skills } = found.structuredContent;
  assert.ok(found.content[0].text.length <= 16 * 1024, `${found.content[0].text.length}`);
  assert.equal(skills.length, 20);
  for (const { skill } of skills) {
    assert.equal(skill.truncated, true);
    assert.ok(long.description.startsWith(skill.description) && skill.description.length > 50);
    assert.equal(skill.task_keywords[0], "deploy");
  }
});

Deno.test("skill_find leaves out the last skills when not even their names fit", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "1024" } });
  for (let skill = 0; skill < 10; skill++) {
    const name = `deploy ${skill} ${"n".repeat(200)}`;
    await useTool(server, "skill_ingest", { name, code: "x" });
  }
  const found = await useTool(server, "skill_find", { task: "deploy", k: 10 });
  assert.ok(found.content[0].text.length <= 1024);
  assert.ok(found.structuredContent.skills.length > 0);
});
