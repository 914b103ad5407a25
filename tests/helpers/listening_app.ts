// A whole server in this process, on a real socket and in a home of its own, and the requests that tests
// make of it with `fetch`.

import { type App, start } from "../../src/app.ts";
import { given } from "../../src/base/given.ts";
import { loadConfig } from "../../src/config/config.ts";
import type { SessionStore } from "../../src/session/ports.ts";
import type { Tool } from "../../src/tools/definition.ts";
import { tempHome } from "./temp_home.ts";
import { clientOf, type TestApp } from "./test_app.ts";

/** A server on a socket. */
export interface ListeningApp extends AsyncDisposable, Pick<TestApp, "post" | "send" | "open"> {
  readonly app: App;
  readonly port: number;
}

/** Starts a server on a port that the system picks; `await using` stops it and removes its home. */
export async function listeningApp(
  environment: Record<string, string> = {},
  tools: readonly Tool[] = [],
  sessionStore: SessionStore | undefined = undefined,
): Promise<ListeningApp> {
  const home = tempHome();
  const variables = { CAR_HOME: home.path, CAR_HTTP_BIND: "127.0.0.1:0", ...environment };
  const app = await start({
    config: loadConfig({ environment: variables }),
    tools,
    ...given("sessionStore", sessionStore),
  });
  return {
    ...clientOf((request) => fetch(request), app.url),
    app,
    port: Number(new URL(app.url).port),
    async [Symbol.asyncDispose]() {
      await app.stop();
      home[Symbol.dispose]();
    },
  };
}
