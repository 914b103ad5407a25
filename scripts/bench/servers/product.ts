// This server with one more tool, one that returns at once: the same socket, guards, sessions and
// engines as under `car-mcp serve`, and a tool that is nothing beside them.

import process from "node:process";
import { start } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { defineTool } from "../../../src/tools/definition.ts";
import { ECHO_DESCRIPTION, ECHO_INPUT, ECHO_NAME, ECHO_OUTPUT } from "../_echo.ts";

const [home = ""] = process.argv.slice(2);
const echo = defineTool({
  name: ECHO_NAME,
  title: "Echo",
  description: ECHO_DESCRIPTION,
  input: ECHO_INPUT,
  output: ECHO_OUTPUT,
  run: ({ text }) => ({ structured: { text }, text }),
});
const config = loadConfig({ flags: { home, "http.bind": "127.0.0.1:0", "log.level": "warn" } });
const app = await start({ config, tools: [echo] });
process.stdout.write(`${app.url}\n`);
process.stdin.on("end", () => void app.stop().then(() => process.exit(0))).resume();
