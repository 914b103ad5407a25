// The server that the conformance suite is pointed at: the product with the tools, prompts and
// resources whose names the suite knows. A script of its own, so that either runtime can serve it;
// prints its URL when it listens.

import process from "node:process";
import { start } from "../../src/app.ts";
import { loadConfig } from "../../src/config/config.ts";
import { contentTools } from "./content_tools.ts";
import { diagnosticTools } from "./diagnostic_tools.ts";
import { roundTools } from "./round_tools.ts";
import { talkingTools } from "./talking_tools.ts";

if (import.meta.main) {
  const diagnostics = diagnosticTools();
  const app = await start({
    config: loadConfig({ environment: process.env }),
    tools: [...contentTools(), ...talkingTools(), ...roundTools(), ...diagnostics.tools],
    toolSources: [diagnostics.source],
  });
  process.stdout.write(`${app.url}\n`);
  process.once("SIGTERM", () => void app.stop());
}
