// The official clients in conversation with a server that speaks before it answers: it asks the person,
// the model and the client, reports, logs, and is told to stop. The server is a process of its own under
// either runtime.

import assert from "node:assert/strict";
import { Inbox } from "../helpers/inbox.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { connectTalking, ROOTS, SAMPLED, TALKING_NAMES } from "../helpers/talking_clients.ts";
import { startTalking } from "../helpers/talking_process.ts";

const FORM = {
  kind: "form",
  message: "Who are you?",
  requestedSchema: {
    type: "object",
    properties: { name: { type: "string" } },
    required: ["name"],
  },
};
const PAGE = {
  kind: "url",
  message: "Sign in, please",
  url: "https://example.test/sign-in",
  elicitationId: "sign-in-1",
};
const SAMPLING = {
  kind: "sampling",
  params: {
    messages: [{ role: "user", content: { type: "text", text: "What is it?" } }],
    maxTokens: 10,
  },
};

for (const name of TALKING_NAMES) {
  testOnBoth(
    `ask() reaches person, model and roots of the ${name} client mcp:66`,
    async (runtime) => {
      await using server = await startTalking(runtime);
      const answers = [
        { action: "accept" as const, content: { name: "Ada" } },
        { action: "decline" as const },
        { action: "accept" as const },
      ];
      const answered = answers.values();
      const person = () => answered.next().value ?? { action: "cancel" as const };
      await using client = await connectTalking(name, server.url, person);
      assert.deepEqual(await client.call("ask", { question: FORM }), answers[0]);
      assert.deepEqual(await client.call("ask", { question: FORM }), answers[1]);
      assert.deepEqual(await client.call("ask", { question: PAGE }), answers[2]);
      assert.deepEqual(await client.call("ask", { question: SAMPLING }), SAMPLED);
      assert.deepEqual(await client.call("ask", { question: { kind: "roots" } }), ROOTS);
      const { kind: _page, ...page } = PAGE;
      const { kind: _form, ...form } = FORM;
      assert.deepEqual(client.asked.all.map(({ method, params }) => [method, params]), [
        ["elicitation/create", { mode: "form", ...form }],
        ["elicitation/create", { mode: "form", ...form }],
        ["elicitation/create", { mode: "url", ...page }],
        ["sampling/createMessage", SAMPLING.params],
        ["roots/list", undefined],
      ]);
      assert.deepEqual(client.faults.all, []);
    },
  );

  testOnBoth(
    `the ${name} client hears progress, logs and pings, and stops a call mcp:64 mcp:65 mcp:69`,
    async (runtime) => {
      await using server = await startTalking(runtime);
      await using client = await connectTalking(name, server.url);
      const progress = new Inbox<number>();
      const onprogress = (report: { readonly progress: number }) => progress.add(report.progress);
      assert.equal(await client.call("count", { to: 5 }, { onprogress }), 5);
      assert.deepEqual(progress.all, [1, 2, 3, 4, 5]);
      assert.deepEqual(client.logs.all.map(({ data }) => data), [1, 2, 3, 4, 5]);

      await client.setLevel("warning");
      const sent = await client.call("log_all");
      assert.deepEqual(sent, [false, false, false, true, true]);
      const heard = (await client.logs.until(7)).slice(5);
      assert.deepEqual(heard.map(({ level, data }) => [level, data]), [
        ["warning", "a warning"],
        ["error", "a error"],
      ]);

      await client.ping();
      const ping = { jsonrpc: "2.0", id: "are you there", method: "ping" };
      await server.tell("push", { session: client.sessionId, payload: ping });
      // Nobody waits for the answer to a pushed ping, so all that is seen of it is the count.
      await server.metricIs("car_stray_responses_total", 1);

      const stopping = new AbortController();
      const stopped = assert.rejects(
        client.call("wait_for_abort", {}, { signal: stopping.signal }),
      );
      await server.tell("pass", { gate: "waiting" });
      stopping.abort("enough");
      await stopped;
      await server.tell("pass", { gate: "aborted cancelled" });
      await server.metricIs("car_streams", 1);
      assert.deepEqual(client.faults.all, []);
    },
  );
}
