// One server with a crowd of clients, in a process of its own: a process may hold only so many
// connections. Prints the server's URL as the first line. Commands: `sessions` and `streams` open
// COUNT of them, `leave` ends all, `memory` is the server's, `push` is one event to every stream.

import process from "node:process";
import { Audience } from "./_audience.ts";
import { startScript } from "./_contenders.ts";
import { answerCommands } from "./_control.ts";
import type { CrowdOptions } from "./_held_streams.ts";
import { collectable } from "./_own_memory.ts";

const { runtime, script, args }: CrowdOptions = JSON.parse(process.argv[2] ?? "{}");
const server = await startScript(collectable(runtime), script, args);
const audience = new Audience(server);
let streams = 0;
process.stdout.write(`${server.url.href}\n`);
answerCommands({
  async sessions(count) {
    await audience.openSessions(count);
    return {};
  },
  async streams(count) {
    await audience.openStreams(count);
    return { streams: streams += count };
  },
  async leave() {
    await audience.close();
    return { streams: streams = 0 };
  },
  memory: () => server.ask("memory"),
  async push() {
    const { latenciesMs } = await audience.receive("push", streams);
    return { ms: latenciesMs.at(-1) ?? NaN };
  },
}, () => void server[Symbol.asyncDispose]().then(() => process.exit(0)));
