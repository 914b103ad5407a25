import assert from "node:assert/strict";
import { limitsWith } from "../../src/base/limits.ts";
import { readClientTools, withoutClientTools } from "../../src/protocol/client_tools.ts";
import { readHandshake } from "../../src/protocol/lifecycle.ts";
import { declared } from "../helpers/lending_client.ts";

const limits = limitsWith({ clientToolsMax: 2, clientToolBytesMax: 256 });

function read(declaration: unknown) {
  return readClientTools({ experimental: { "car/clientTools": declaration } }, limits);
}

function complaintOf(declaration: unknown): string {
  const reading = read(declaration);
  assert.ok(!reading.ok, JSON.stringify(reading));
  const [where, what] = reading.complaint.split(": ");
  assert.equal(where, '"params.capabilities.experimental.car/clientTools" of initialize');
  return what ?? "";
}

Deno.test("readClientTools() gives the tools, reduced to what is known of them", () => {
  assert.deepEqual(readClientTools({}, limits), { ok: true, tools: [] });
  assert.deepEqual(readClientTools({ experimental: 7 }, limits), { ok: true, tools: [] });
  assert.deepEqual(readClientTools({ experimental: {} }, limits), { ok: true, tools: [] });
  assert.deepEqual(read({ tools: [] }), { ok: true, tools: [] });
  const tool = {
    name: "open",
    title: "Open",
    inputSchema: { properties: {} },
    annotations: { readOnlyHint: true, destructiveHint: "no" },
    run: "me",
  };
  assert.deepEqual(read({ tools: [tool] }), {
    ok: true,
    tools: [{
      name: "open",
      title: "Open",
      inputSchema: { type: "object", properties: {} },
      annotations: { readOnlyHint: true },
    }],
  });
});

Deno.test("readClientTools() names what is wrong with a declaration", () => {
  for (const declaration of [null, 7, "x", [], {}, { tools: {} }]) {
    assert.equal(complaintOf(declaration), 'must be an object with a list "tools"');
  }
  const fine = declared("fine");
  const second = (tool: unknown) => complaintOf({ tools: [fine, tool] });
  assert.equal(second(null), "tools[1] must be an object");
  for (const name of [undefined, 7, "", "n".repeat(257)]) {
    const unnamed = { ...fine, name };
    assert.equal(second(unnamed), 'tools[1] must have a "name" of 1 to 256 characters');
  }
  assert.equal(second(declared("fine")), "tools[1] has the name of an earlier one");
  assert.equal(
    second(declared("x", { description: 7 })),
    'tools[1] must have a string as its "description"',
  );
  for (const inputSchema of [undefined, null, [], true, { type: "array" }]) {
    assert.equal(
      second(declared("x", { inputSchema })),
      'tools[1] must have a schema of type "object" as its "inputSchema"',
    );
  }
  const large = declared("x", { description: "d".repeat(256) });
  assert.match(second(large), /^tools\[1\] has \d+ bytes, at most 256 are taken$/);
});

Deno.test("readClientTools() refuses more tools than one client may lend", () => {
  const tools = Array.from({ length: 10_000 }, (_, index) => declared(`t${index}`));
  assert.equal(complaintOf({ tools }), "declares 10000 tools, at most 2 are taken");
});

Deno.test("readClientTools() counts the bytes of a definition on both sides of the bound", () => {
  const bytesOf = (tool: unknown) => new TextEncoder().encode(JSON.stringify(tool)).length;
  const room = 256 - bytesOf(declared("x", { description: "" }));
  const exact = declared("x", { description: "d".repeat(room) });
  assert.equal(bytesOf(exact), 256);
  assert.equal(read({ tools: [exact] }).ok, true);
  const over = declared("x", { description: "d".repeat(room + 1) });
  assert.match(complaintOf({ tools: [over] }), /has 257 bytes/);
});

Deno.test("withoutClientTools() takes the declaration away and nothing else", () => {
  const plain = { roots: {}, experimental: { other: { a: 1 } } };
  assert.equal(withoutClientTools(plain), plain);
  const experimental = { other: { a: 1 }, "car/clientTools": { tools: [] } };
  assert.deepEqual(withoutClientTools({ roots: {}, experimental }), plain);
});

Deno.test("readHandshake() forgets a declaration where none is taken, however large it is", () => {
  const tools = Array.from({ length: 1_000 }, (_, index) => declared(`t${index}`));
  const capabilities = { roots: {}, experimental: { "car/clientTools": { tools } } };
  const forgotten = readHandshake({ capabilities }, { limits, takesClientTools: false });
  assert.ok(forgotten.ok);
  assert.deepEqual(forgotten.handshake.capabilities, { roots: {}, experimental: {} });
  assert.equal(readHandshake({ capabilities }, { limits, takesClientTools: true }).ok, false);
});

Deno.test("readHandshake() bounds a declaration apart from the other capabilities", () => {
  const roomy = limitsWith({ capabilitiesBytesMax: 256 });
  const tools = [declared("a", { description: "d".repeat(4_000) })];
  const declaring = { experimental: { "car/clientTools": { tools } } };
  const options = { limits: roomy, takesClientTools: true };
  const outcome = readHandshake({ capabilities: declaring }, options);
  assert.ok(outcome.ok);
  assert.deepEqual(outcome.handshake.capabilities, declaring);
  const besides = { ...declaring, a: "x".repeat(300) };
  assert.equal(readHandshake({ capabilities: besides }, options).ok, false);
});
