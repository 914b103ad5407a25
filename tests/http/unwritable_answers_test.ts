// Answers that cannot be written as JSON: a fault of the tool, which must cost its caller alone.

import assert from "node:assert/strict";
import { z } from "zod";
import type { CallContext } from "../../src/rpc/context.ts";
import { defineTool } from "../../src/tools/definition.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { assertRpcError, call, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };

function cyclic(): Record<string, unknown> {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  return cycle;
}

const UNWRITABLE: Readonly<Record<string, () => unknown>> = {
  bigint: () => 1n,
  cycle: cyclic,
  thrower: () => ({
    toJSON() {
      throw new Error("secret");
    },
  }),
};

/** A tool whose answer has a text of its own, and an object that cannot be written. */
function unwritableTool(kind: string, speaks: boolean, isLate: boolean) {
  return defineTool({
    name: `${kind}${speaks ? "_speaks" : ""}${isLate ? "_late" : ""}`,
    title: kind,
    description: "Answers what is no JSON",
    input: z.object({}),
    output: z.object({ value: z.unknown() }),
    run(_input, context: CallContext) {
      if (speaks) context.log("info", "before");
      const answer = { structured: { value: UNWRITABLE[kind]?.() }, text: "said" };
      return isLate ? Promise.resolve(answer) : answer;
    },
  });
}

const TOOLS = Object.keys(UNWRITABLE).flatMap((kind) =>
  [false, true].flatMap((speaks) =>
    [false, true].map((isLate) => unwritableTool(kind, speaks, isLate))
  )
);

Deno.test("an answer that is no JSON is an internal error to its caller, whichever way it goes", async () => {
  const lines: string[] = [];
  await using server = await testApp({ tools: TOOLS, writeLog: (line) => lines.push(line) });
  const session = await server.open();
  for (const { wire: { name } } of TOOLS) {
    const response = await session.post(call(name, {}, name), BOTH);
    if (name.includes("_speaks")) {
      const messages = await new SseReader(response).rest() as { error?: { code: number } }[];
      assert.equal(messages.at(-1)?.error?.code, -32603, name);
    } else {
      assert.equal((await assertRpcError(response, 200, -32603)).id, name);
    }
    await assertRpcError(
      await server.post(call(name), { "mcp-protocol-version": "2025-11-25" }),
      200,
      -32603,
    );
  }
  await resultOf(await session.post(rpc("ping")));
  assert.ok(lines.some((line) => line.includes('"where":"answer"')));
  assert.ok(!lines.join().includes("secret"));
});

Deno.test("an answer that is no JSON costs its batch nothing but itself mcp:58", async () => {
  await using server = await testApp({ tools: TOOLS });
  const session = await server.open("2025-03-26");
  // That revision has no structured answers, so the tool has to fail in its text.
  const answers = await (await session.post([call("bigint", {}, 1), rpc("ping", undefined, 2)]))
    .json();
  assert.deepEqual(answers.map(({ id }: { id: number }) => id), [1, 2]);
});

Deno.test("stop() does not wait for an answer that could not be written", async () => {
  const server = await testApp({ tools: TOOLS });
  const session = await server.open();
  await (await session.post(call("cycle_speaks_late"), BOTH)).text();
  await server[Symbol.asyncDispose]();
});
