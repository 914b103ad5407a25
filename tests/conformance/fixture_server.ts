// The server that the conformance suite is pointed at: the product with the tools, prompts and
// resources whose names the suite knows. A script of its own, so that either runtime can serve it;
// prints its URL when it listens.

import process from "node:process";
import { type App, start } from "../../src/app.ts";
import { loadConfig } from "../../src/config/config.ts";
import { contentTools } from "./content_tools.ts";
import { diagnosticTools } from "./diagnostic_tools.ts";
import { fixturePrompts } from "./prompts.ts";
import { fixtureResources } from "./resources.ts";
import { roundTools } from "./round_tools.ts";
import { taskTools } from "./task_tools.ts";
import { talkingTools } from "./talking_tools.ts";

if (import.meta.main) {
  const diagnostics = diagnosticTools((change) => app.publishChange(change));
  const app: App = await start({
    config: loadConfig({ environment: process.env }),
    tools: [
      ...[...contentTools(), ...talkingTools(), ...roundTools(), ...taskTools()],
      ...diagnostics.tools,
    ],
    toolSources: [diagnostics.source],
    prompts: fixturePrompts(),
    resources: fixtureResources(),
  });
  process.stdout.write(`${app.url}\n`);
  process.once("SIGTERM", () => void app.stop());
}
