// A server with tools that speak, ask and wait as their caller tells them: a script of its own, so that
// either runtime can serve it. Prints its URL when it listens. The caller steers a running call by
// opening gates with further calls, which need no session.

import process from "node:process";
import { z } from "zod";
import { type App, start } from "../../src/app.ts";
import { CarError } from "../../src/base/errors.ts";
import { loadConfig } from "../../src/config/config.ts";
import type { CallContext } from "../../src/rpc/context.ts";
import type { Question } from "../../src/rpc/questions.ts";
import { definePrompt } from "../../src/tools/prompt.ts";
import { defineResourceTemplate } from "../../src/tools/resource.ts";
import { defineTool, type Tool } from "../../src/tools/definition.ts";

/** Points in a call that wait until somebody opens them. */
class Gates {
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  /** Resolves once the gate is open. */
  pass(name: string): Promise<void> {
    return this.#gate(name).promise;
  }

  open(name: string): void {
    this.#gate(name).resolve();
  }

  #gate(name: string): PromiseWithResolvers<void> {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    const gate = Promise.withResolvers<void>();
    this.#gates.set(name, gate);
    return gate;
  }
}

const said = z.object({ said: z.unknown() });

function tool<Input extends z.ZodObject>(
  name: string,
  input: Input,
  talk: (args: z.infer<Input>, context: CallContext) => unknown,
): Tool {
  return defineTool({
    name,
    title: name,
    description: "Does what a test wants",
    input,
    output: said,
    run: async (args, context) => ({ structured: { said: await talk(args, context) } }),
  });
}

const COUNTING = z.object({
  to: z.number(),
  /** Whether step N waits for the gate `step N`; it opens the gate `said N` behind itself. */
  gated: z.boolean().optional(),
  /** The step behind which the server ends the connection. */
  disconnectAt: z.number().optional(),
  retryMs: z.number().optional(),
  /** A session whose common stream hears of each step, too. */
  pushTo: z.string().optional(),
});

const ASKING = z.object({
  question: z.looseObject({ kind: z.string() }),
  /** The gate that the call passes first. */
  gate: z.string().optional(),
});

function talkingTools(app: () => App): readonly Tool[] {
  const gates = new Gates();
  const push = (session: string, payload: unknown) => app().pushToSession(session, payload);
  const step = (
    { pushTo, ...counting }: z.infer<typeof COUNTING>,
    at: number,
    context: CallContext,
  ) => {
    context.progress({ progress: at, total: counting.to });
    context.log("info", at);
    if (pushTo !== undefined) {
      push(pushTo, { jsonrpc: "2.0", method: "notifications/test", params: { at } });
    }
    if (at === counting.disconnectAt) context.disconnect(counting.retryMs);
    gates.open(`said ${at}`);
  };
  return [
    tool("count", COUNTING, async (counting, context) => {
      for (let at = 1; at <= counting.to; at++) {
        // Other work comes between two steps, as in any call that takes long.
        await (counting.gated ? gates.pass(`step ${at}`) : new Promise<void>(setImmediate));
        step(counting, at, context);
      }
      return counting.to;
    }),
    tool("open", z.object({ gate: z.string() }), ({ gate }) => gates.open(gate)),
    tool("pass", z.object({ gate: z.string() }), ({ gate }) => gates.pass(gate)),
    tool("ask", ASKING, async ({ question, gate }, context) => {
      if (gate !== undefined) await gates.pass(gate);
      // The caller writes the question in the form that the type has.
      return await context.ask(question as unknown as Question);
    }),
    tool("log_all", z.object({}), (_args, context) => {
      const levels = ["debug", "info", "notice", "warning", "error"] as const;
      return levels.map((level) => context.log(level, `a ${level}`, "talking"));
    }),
    tool(
      "push",
      z.object({ session: z.string(), payload: z.unknown() }),
      ({ session, payload }) => push(session, payload),
    ),
    tool("change", z.object({ uri: z.string().optional() }), ({ uri }) => {
      app().publishChange(uri === undefined ? { kind: "tools" } : { kind: "resource", uri });
    }),
    tool("wait_for_abort", z.object({}), async (_args, { signal }) => {
      gates.open("waiting");
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      gates.open(`aborted ${signal.reason}`);
    }),
    tool("fail_on_abort", z.object({}), (_args, { signal }) => {
      signal.addEventListener("abort", () => {
        throw new Error("in a listener");
      });
      signal.addEventListener("abort", () => Promise.reject(new Error("in its promise")));
      gates.open("listening");
      return new Promise(() => {});
    }),
    tool("fail_late", z.object({}), (_args, context) => {
      // With a message before it, the error comes on a stream.
      context.log("info", "about to fail");
      throw new CarError("elicitation_required", "See the page first", {
        data: { elicitations: [] },
      });
    }),
  ];
}

const THING = defineResourceTemplate({
  uriTemplate: "test://thing/{name}",
  name: "thing",
  read: ({ name }) => `the thing ${name}`,
});

const GREET = definePrompt({
  name: "greet",
  title: "Greet",
  description: "Greets somebody",
  arguments: { whom: { description: "Who", required: true, choices: ["Ada", "Alan", "Grace"] } },
  run: ({ whom }) => ({
    messages: [{ role: "user", content: { type: "text", text: `Hello, ${whom}!` } }],
  }),
});

if (import.meta.main) {
  const config = loadConfig({ environment: process.env });
  const app: App = await start({
    config,
    tools: talkingTools(() => app),
    resources: [THING],
    prompts: [GREET],
  });
  process.stdout.write(`${app.url}\n`);
}
