// This server with an embedder that pushes when it is asked. Commands: `memory`; `push`, one event to
// each session that joined; `burden`, the same after an event of COUNT bytes to the first of them.

import process from "node:process";
import { start } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { defineTool } from "../../../src/tools/definition.ts";
import { answerCommands } from "../_control.ts";
import { ECHO_INPUT, ECHO_OUTPUT } from "../_echo.ts";
import { reportMemory } from "../_own_memory.ts";
import { EVENT, JOIN_NAME, STEP, STEP_NAME } from "../_stream_calls.ts";

const [home = "", sessionsMax = ""] = process.argv.slice(2);
const joined = new Set<string>();
const shape = { input: ECHO_INPUT, output: ECHO_OUTPUT };
const join = defineTool({
  ...shape,
  name: JOIN_NAME,
  title: "Join",
  description: "Notes the session that calls",
  run: ({ text }, { origin }) => {
    if (origin.sessionId !== undefined) joined.add(origin.sessionId);
    return { structured: { text }, text };
  },
});
const step = defineTool({
  ...shape,
  name: STEP_NAME,
  title: "Step",
  description: "Says how far it is and returns its text",
  run: ({ text }, context) => {
    context.progress(STEP);
    return { structured: { text }, text };
  },
});
const config = loadConfig({
  flags: {
    home,
    "http.bind": "127.0.0.1:0",
    "log.level": "warn",
    "sessions.max": sessionsMax,
    "limits.principalSessionsMax": sessionsMax,
  },
});
const app = await start({ config, tools: [join, step] });
process.stdout.write(`${app.url}\n`);
answerCommands({
  memory: reportMemory,
  push: () => ({ pushed: pushToAll() }),
  burden(bytes) {
    const [first = ""] = joined;
    app.pushToSession(first, { ...EVENT, params: { ...EVENT.params, data: "x".repeat(bytes) } });
    return { pushed: pushToAll() };
  },
}, () => void app.stop().then(() => process.exit(0)));

function pushToAll(): number {
  let pushed = 0;
  for (const id of joined) {
    if (app.pushToSession(id, EVENT)) pushed++;
    else joined.delete(id);
  }
  return pushed;
}
