// Which servers the suite is pointed at, and with which scenarios. The fixture server is measured by
// all of them; the product itself by those that need no fixture.

import { fileURLToPath } from "node:url";
import { startProcess } from "../../tests/helpers/process.ts";
import { BUN, DENO, type Runtime } from "../../tests/helpers/runtimes.ts";
import { tempHome } from "../../tests/helpers/temp_home.ts";
import { runSuite, type Scenario } from "./_suite.ts";

/** The requirement sets, one for each era. */
export const REQUIREMENT_SETS = ["2025-11-25", "2026-07-28"] as const;

/** A server under test. */
export interface ServerUnderTest {
  /** What the expected failures call it. */
  readonly name: string;
  readonly runtime: Runtime;
  readonly script?: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a scenario says something about this server. */
  readonly concerns: (scenario: string) => boolean;
}

const FIXTURE_SCRIPT = fileURLToPath(
  new URL("../../tests/conformance/fixture_server.ts", import.meta.url),
);

// Scenarios that need no tool, prompt or resource of a name that the suite made up.
const WITHOUT_FIXTURES: ReadonlySet<string> = new Set([
  "caching",
  "dns-rebinding-protection",
  "http-custom-header-server-validation",
  "http-header-validation",
  "input-required-result-ignore-extra-params",
  "input-required-result-missing-input-response",
  "input-required-result-unsupported-methods",
  "input-required-result-validate-input",
  "logging-set-level",
  "ping",
  "prompts-list",
  "resources-list",
  "sep-2164-resource-not-found",
  "server-initialize",
  "server-session-lifecycle",
  "server-sse-multiple-streams",
  "server-stateless",
  "tools-list",
]);

/** All servers under test: the fixture server under each runtime, and the product. */
export function serversUnderTest(): readonly ServerUnderTest[] {
  const runtimes = BUN === undefined ? [DENO] : [DENO, BUN];
  const fixtures = runtimes.map((runtime) => ({
    name: "fixture",
    runtime,
    script: FIXTURE_SCRIPT,
    args: [],
    // Every answer as a stream: the product answers with plain JSON where it can.
    environment: { CAR_STREAMS_OPEN_AFTER_MS: "0" },
    concerns: () => true,
  }));
  const product = {
    name: "product",
    runtime: DENO,
    args: ["serve"],
    environment: {},
    concerns: (scenario: string) => WITHOUT_FIXTURES.has(scenario),
  };
  return [...fixtures, product];
}

/** Starts the server with a fresh home and runs the scenarios of a requirement set that concern it. */
export async function runAgainst(
  server: ServerUnderTest,
  requirements: string,
): Promise<readonly Scenario[]> {
  using home = tempHome();
  using folder = tempHome();
  const { runtime, script, args, environment, concerns } = server;
  await using running = await startProcess({
    runtime,
    args,
    ...(script !== undefined && { script }),
    environment: { CAR_HOME: home.path, CAR_HTTP_BIND: "127.0.0.1:0", ...environment },
  });
  const url = running.firstLine;
  const scenarios = await runSuite({ url, requirements, folder: folder.path });
  return scenarios.filter(({ name }) => concerns(name));
}
