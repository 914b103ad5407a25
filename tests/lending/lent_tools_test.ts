// Whose tools are seen by whom, under which names, and for how long.

import assert from "node:assert/strict";
import { ADA, BOB, builtLending } from "../helpers/built_lending.ts";
import { declared } from "../helpers/lending_client.ts";

Deno.test("a tool is seen by the other sessions of its owner's principal, and by nobody else", () => {
  const { lent, open, seenBy } = builtLending();
  const owner = open(ADA, [declared("open"), declared("close")]);
  const other = open(ADA, [declared("search")], "browser");
  const names = ["client_ide_close", "client_ide_open"];
  assert.deepEqual(seenBy(ADA, "another"), ["client_browser_search", ...names]);
  assert.deepEqual(seenBy(ADA), ["client_browser_search", ...names]);
  assert.deepEqual(seenBy(ADA, other.id), names);
  assert.deepEqual(seenBy(ADA, owner.id), ["client_browser_search"]);
  assert.deepEqual(seenBy(BOB), []);
  // Nor by the id of a session, which somebody else may have guessed.
  assert.deepEqual(seenBy(BOB, owner.id), []);
  const find = (principal: typeof ADA, sessionId?: string) =>
    lent.find("client_ide_open", { principal, sessionId })?.wire.name;
  assert.equal(find(ADA), "client_ide_open");
  assert.equal(find(ADA, other.id), "client_ide_open");
  assert.equal(find(ADA, owner.id), undefined);
  assert.equal(find(BOB), undefined);
  assert.equal(lent.find("open", { principal: ADA }), undefined);
});

Deno.test("a list is the same array until something changes", () => {
  const { lent, open } = builtLending();
  const empty = lent.list({ principal: ADA });
  assert.equal(lent.list({ principal: BOB }), empty);
  const owner = open(ADA, [declared("open")]);
  const list = lent.list({ principal: ADA });
  assert.equal(lent.list({ principal: ADA, sessionId: "another" }), list);
  assert.equal(
    lent.list({ principal: ADA, sessionId: owner.id }),
    lent.list({
      principal: ADA,
      sessionId: owner.id,
    }),
  );
  lent.takeBack(owner);
  assert.equal(lent.list({ principal: ADA }), empty);
});

Deno.test("each change is told to the principal it concerns", () => {
  const { lent, open, told } = builtLending();
  const owner = open(ADA, [declared("open")]);
  const nothing = open(BOB, []);
  assert.deepEqual(told, [{ principalId: "ada" }]);
  lent.takeBack(nothing);
  lent.takeBack(owner);
  lent.takeBack(owner);
  assert.deepEqual(told, [{ principalId: "ada" }, { principalId: "ada" }]);
  assert.equal(lent.size, 0);
});

Deno.test("clients of one name get numbers, the lowest that is free", () => {
  const { lent, open, seenBy } = builtLending();
  const first = open(ADA, [declared("open")], "My IDE");
  const second = open(ADA, [declared("open")], "my.ide");
  open(ADA, [declared("open")], "my-ide");
  open(BOB, [declared("open")], "my ide");
  assert.deepEqual(seenBy(ADA), [
    "client_my-ide_2_open",
    "client_my-ide_3_open",
    "client_my-ide_open",
  ]);
  assert.deepEqual(seenBy(BOB), ["client_my-ide_open"]);
  assert.deepEqual(lent.namesOf("ada", second.id), { open: "client_my-ide_2_open" });
  lent.takeBack(first);
  lent.takeBack(second);
  open(ADA, [declared("shut")], "my ide");
  assert.deepEqual(seenBy(ADA), ["client_my-ide_3_open", "client_my-ide_shut"]);
});

Deno.test("a number never makes a name that another client's tool has", () => {
  const { lent, open } = builtLending();
  const sly = open(ADA, [declared("2_open"), declared("3_open")]);
  const honest = open(ADA, [declared("open")]);
  assert.deepEqual(lent.namesOf("ada", sly.id), {
    "2_open": "client_ide_2_open",
    "3_open": "client_ide_3_open",
  });
  assert.deepEqual(lent.namesOf("ada", honest.id), { open: "client_ide_4_open" });
});

Deno.test("names are what every host takes, also of clients and tools with strange ones", () => {
  const { open, seenBy } = builtLending();
  open(ADA, [declared("größe"), declared("x".repeat(200)), declared("__proto__")], "日本");
  const names = seenBy(ADA);
  assert.equal(names.length, 3);
  for (const name of names) assert.match(name, /^client_unnamed_[A-Za-z0-9_.-]{1,64}$/);
  assert.ok(names.every((name) => name.length <= 64));
  assert.ok(names.includes("client_unnamed___proto__"));
});

Deno.test("rules know a tool by its owner's name, and calls are not counted by a client's choice", () => {
  const { lent, open } = builtLending();
  open(ADA, [declared("shell")]);
  const [tool] = lent.list({ principal: ADA });
  assert.deepEqual(tool?.aliases, ["shell"]);
  assert.equal(tool?.countedAs, "client_tool");
});

Deno.test("annotations that would have callers repeat arguments in headers are left out", () => {
  const { lent, open } = builtLending();
  const properties = { a: { type: "string", "x-mcp-header": "A" } };
  open(ADA, [declared("open", { inputSchema: { type: "object", properties } })]);
  const [tool] = lent.list({ principal: ADA });
  assert.deepEqual(tool?.wire.inputSchema, {
    type: "object",
    properties: { a: { type: "string" } },
  });
});

Deno.test("beyond what all clients may lend together a client lends nothing, and a line says so", () => {
  const { lent, lines, open, seenBy } = builtLending({ processClientToolsMax: 3 });
  const first = open(ADA, [declared("a"), declared("b")]);
  open(BOB, [declared("c"), declared("d")]);
  assert.deepEqual(seenBy(BOB), []);
  assert.match(lines.at(-1) ?? "", /client_tools_left_out.*at most 3/);
  open(BOB, [declared("c")]);
  assert.deepEqual([lent.size, seenBy(BOB)], [3, ["client_ide_c"]]);
  lent.takeBack(first);
  open(BOB, [declared("e"), declared("f")]);
  assert.equal(lent.size, 3);
});

Deno.test("a kept session that is beyond today's bounds lends nothing, and a line says why", () => {
  const { lines, open, seenBy } = builtLending({ clientToolsMax: 1 });
  open(ADA, [declared("a"), declared("b")]);
  assert.deepEqual(seenBy(ADA), []);
  assert.match(lines.at(-1) ?? "", /client_tools_left_out.*declares 2 tools, at most 1 are taken/);
});
