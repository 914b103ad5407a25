// The server with a tool `work` that goes on as a task: it ends at once if it is told to, else never. A
// script, so that it can be killed; prints its URL.

import process from "node:process";
import { z } from "zod";
import { type App, start } from "../../src/app.ts";
import { loadConfig } from "../../src/config/config.ts";
import { defineTool } from "../../src/tools/definition.ts";

const work = defineTool({
  name: "work",
  title: "Work",
  description: "Goes on as a task",
  input: z.object({ ends: z.boolean() }),
  run({ ends }, context) {
    context.requireTask();
    return ends ? { text: "done" } : new Promise(() => {});
  },
});

if (import.meta.main) {
  const config = loadConfig({ environment: process.env });
  const app: App = await start({ config, tools: [work] });
  process.once("SIGTERM", () => void app.stop());
  process.stdout.write(`${app.url}\n`);
}
