// `car-mcp memory add`, `query`, `list`, `show`, `history` and `delete`: what they understand. What they
// do is loaded when they are called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG, NAMESPACE_FLAG } from "./_flags.ts";
import type { MemoryAddFlags } from "./memory_add.ts";
import type { MemoryDeleteFlags } from "./memory_delete.ts";
import type { MemoryHistoryFlags } from "./memory_history.ts";
import type { MemoryListFlags } from "./memory_list.ts";
import type { MemoryQueryFlags } from "./memory_query.ts";
import type { MemoryShowFlags } from "./memory_show.ts";

/** Adds the commands to `memory`; `endWith` takes their exit code. */
export function addFactsCommands(memory: Command, endWith: EndWith): void {
  addStoring(memory, endWith);
  addReading(memory, endWith);
}

function addStoring(memory: Command, endWith: EndWith): void {
  memory.command("add").description("store a fact; through the daemon when one answers")
    .argument("<subject>", "what it is about, in a few words")
    .argument("<body>", "the fact itself; - reads stdin")
    .option("--kind <kind>", "pattern, constraint, preference, decision, identity, environment")
    .option("--id <id>", "an id of your own (default: a new one)")
    .option("--tag <tag...>", "words to filter by")
    .option("--confidence <degree>", "high, medium or low")
    .option("--supersedes <id>", "the fact that it replaces, or the subject of such facts")
    .option("--source <text>", "what it comes from")
    .option("--expires <time>", "when it stops being true, RFC 3339")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", ADD_HELP)
    .action(async (subject: string, body: string, flags: MemoryAddFlags) => {
      const { memoryAdd } = await import("./memory_add.ts");
      endWith(await memoryAdd(subject, body, flags));
    });
  memory.command("delete").description("forget facts for good, in every file")
    .argument("<id...>", "ids of facts, or of a status")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", DELETE_HELP)
    .action(async (ids: string[], flags: MemoryDeleteFlags) => {
      const { memoryDelete } = await import("./memory_delete.ts");
      endWith(await memoryDelete(ids, flags));
    });
}

function addReading(memory: Command, endWith: EndWith): void {
  memory.command("query").description("find facts; through the daemon when one answers")
    .argument("[query]", "words or a question (default: the most recent facts)", "")
    .option("-k <count>", "how many at most, 1 to 50 (default: 5)")
    .option("--kind <kind...>", "only facts of these kinds")
    .option("--tag <tag...>", "only facts that carry all of these tags")
    .option("--since <time>", "only facts valid from this time on, RFC 3339")
    .option("--until <time>", "only facts valid from before this time, RFC 3339")
    .option("--superseded", "also facts that were replaced or expired")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", QUERY_HELP)
    .action(async (query: string, flags: MemoryQueryFlags) => {
      const { memoryQuery } = await import("./memory_query.ts");
      endWith(await memoryQuery(query, flags));
    });
  memory.command("list").description("list the facts that hold, newest first")
    .option("--limit <count>", "how many at most (default: 50)")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", LIST_HELP)
    .action(async (flags: MemoryListFlags) => {
      const { memoryList } = await import("./memory_list.ts");
      endWith(await memoryList(flags));
    });
  memory.command("show").description("show one fact, whole, whatever became of it")
    .argument("<id>", "id of the fact")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", SHOW_HELP)
    .action(async (id: string, flags: MemoryShowFlags) => {
      const { memoryShow } = await import("./memory_show.ts");
      endWith(await memoryShow(id, flags));
    });
  memory.command("history").description("say what was held to be true, and when")
    .argument("[id]", "id of a fact")
    .option("--subject <text>", "instead of an id: every fact that ever had exactly this subject")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", HISTORY_HELP)
    .action(async (id: string | undefined, flags: MemoryHistoryFlags) => {
      const { memoryHistory } = await import("./memory_history.ts");
      endWith(await memoryHistory(id, flags));
    });
}

const READ_CODES = `
Exit codes: 0 done, 1 fault, 2 usage, configuration or no such fact, 4 no memory in this home,
6 database damaged or newer than this program, 8 denied by a policy.`;

const ADD_HELP = `
Examples:
  ${SERVER_NAME} memory add "deploy key" "The deploy key lives in the vault under ops/deploy"
  git log -1 --format=%B | ${SERVER_NAME} memory add "last release" - --tag release

Exit codes: 0 done, 1 fault, 2 usage, configuration or refused, 4 home not usable, 6 database damaged
or newer than this program, 8 denied by a policy.`;

const DELETE_HELP = `
Examples:
  ${SERVER_NAME} memory delete 01K9ZX2E5V

Exit codes: 0 done, 1 fault, 2 usage or configuration, 4 no memory in this home, 6 database damaged
or newer than this program, 8 denied by a policy, no such fact, or traces are left for now.`;

const QUERY_HELP = `
Examples:
  ${SERVER_NAME} memory query "where is the deploy key?"
  ${SERVER_NAME} memory query --tag release -k 20 --json
${READ_CODES}`;

const LIST_HELP = `
On a terminal a table; elsewhere a line for each fact with tabs between id, kind, time and subject.

Examples:
  ${SERVER_NAME} memory list
  ${SERVER_NAME} memory list --limit 1000 | cut -f 4
${READ_CODES}`;

const SHOW_HELP = `
Examples:
  ${SERVER_NAME} memory show 01K9ZX2E5V
${READ_CODES}`;

const HISTORY_HELP = `
Examples:
  ${SERVER_NAME} memory history 01K9ZX2E5V
  ${SERVER_NAME} memory history --subject "deploy key"
${READ_CODES}`;
