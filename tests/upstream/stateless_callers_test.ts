import assert from "node:assert/strict";
import { type Mounted, mounted } from "../helpers/mounted.ts";
import { messagesOf, postModern } from "../helpers/modern_client.ts";

const FORM = { message: "Who?", requestedSchema: { type: "object", properties: {} } };
const ANSWER = { action: "decline" };

/** A call of a stateless client that answers every question of it; gives the text of its answer. */
async function callInRounds({ server }: Mounted, name: string, args: Record<string, unknown>) {
  const options = { capabilities: { elicitation: {} } };
  const call = { name, arguments: args };
  const first = (await messagesOf(await postModern(server, "tools/call", call, options))).at(-1);
  assert.equal(first.result?.resultType, "input_required", JSON.stringify(first));
  const { inputRequests, requestState } = first.result;
  const questions = Object.entries(inputRequests as Record<string, { params: unknown }>);
  assert.equal((questions[0]?.[1].params as { message: string }).message, "Who?");
  const inputResponses = Object.fromEntries(questions.map(([key]) => [key, ANSWER]));
  const again = { ...call, inputResponses, requestState };
  const second = (await messagesOf(await postModern(server, "tools/call", again, options))).at(-1);
  assert.equal(second.result?.resultType, "complete", JSON.stringify(second));
  return JSON.parse(second.result.content[0].text);
}

Deno.test("a stateless caller answers a legacy child in rounds mcp:163", async () => {
  await using box = await mounted({ box: { tools: ["ask", "cancelled"] } });
  const args = { method: "elicitation/create", params: FORM };
  const told = await callInRounds(box, "mcp_box_ask", args);
  assert.deepEqual(told.result, ANSWER);
  // The call of the first round is over, and the child was told.
  assert.equal((await box.answer("mcp_box_cancelled")).length, 1);
});

Deno.test("a stateless caller answers a stateless child in rounds mcp:163", async () => {
  await using box = await mounted({ box: { era: "modern", tools: ["input"] } });
  const requests = { name: { method: "elicitation/create", params: FORM } };
  const told = await callInRounds(box, "mcp_box_input", { requests });
  assert.deepEqual(told, { responses: { name: ANSWER }, state: "s1" });
});
