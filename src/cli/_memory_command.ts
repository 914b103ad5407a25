// `car-mcp memory`: what it understands. What it does is loaded when it is called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { addFactsCommands } from "./_facts_commands.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { MemoryBackupFlags } from "./memory_backup.ts";
import type { MemoryRestoreFlags } from "./memory_restore.ts";
import type { MemoryCheckFlags } from "./memory_check.ts";
import type { MemoryCompactFlags } from "./memory_compact.ts";
import type { MemoryExportFlags } from "./memory_export.ts";
import type { MemoryImportFlags } from "./memory_import.ts";
import type { MemoryStatsFlags } from "./memory_stats.ts";

const NAMESPACE = "--namespace <name>";

/** Adds the commands to the program; `endWith` takes their exit code. */
export function addMemoryCommand(program: Command, endWith: EndWith): void {
  const memory = program.command("memory").description(
    "store and find facts, move the memory, care for its file; a daemon may run meanwhile",
  );
  addFactsCommands(memory, endWith);
  addTransfer(memory, endWith);
  addCare(memory, endWith);
}

function addTransfer(memory: Command, endWith: EndWith): void {
  memory.command("export").description("write the memory as JSON lines, to stdout or a file")
    .argument("[file]", "a new file; it appears whole (default: stdout)")
    .option(NAMESPACE, "only this namespace (default: all)")
    .option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText("after", EXPORT_HELP)
    .action(async (file: string | undefined, flags: MemoryExportFlags) => {
      const { memoryExport } = await import("./memory_export.ts");
      endWith(await memoryExport(file, flags));
    });
  memory.command("import").description("take over an export, or the official server's memory.json")
    .argument("<file>", "the file; - reads stdin")
    .option(NAMESPACE, "put everything there (default: as the file says, else default)")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText(
      "after",
      IMPORT_HELP,
    )
    .action(async (file: string, flags: MemoryImportFlags) => {
      const { memoryImport } = await import("./memory_import.ts");
      endWith(await memoryImport(file, flags));
    });
}

function addCare(memory: Command, endWith: EndWith): void {
  memory.command("stats").description("say how much there is, by namespace")
    .option(NAMESPACE, "only this namespace (default: all)")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText(
      "after",
      STATS_HELP,
    )
    .action(async (flags: MemoryStatsFlags) => {
      const { memoryStats } = await import("./memory_stats.ts");
      endWith(await memoryStats(flags));
    });
  memory.command("check").description("look whether file, rows and indexes are sound")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText(
      "after",
      CHECK_HELP,
    )
    .action(async (flags: MemoryCheckFlags) => {
      const { memoryCheck } = await import("./memory_check.ts");
      endWith(await memoryCheck(flags));
    });
  memory.command("backup").description("copy the memory into a new file, as it is at one moment")
    .argument("<file>", "a new file; it appears whole")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", BACKUP_HELP)
    .action(async (file: string, flags: MemoryBackupFlags) => {
      const { memoryBackup } = await import("./memory_backup.ts");
      endWith(await memoryBackup(file, flags));
    });
  memory.command("restore").description("put such a copy in place of the memory")
    .argument("<file>", "a copy that backup has made")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", RESTORE_HELP)
    .action(async (file: string, flags: MemoryRestoreFlags) => {
      const { memoryRestore } = await import("./memory_restore.ts");
      endWith(await memoryRestore(file, flags));
    });
  memory.command("compact").description("write the file anew without its empty pages")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText(
      "after",
      COMPACT_HELP,
    )
    .action(async (flags: MemoryCompactFlags) => {
      const { memoryCompact } = await import("./memory_compact.ts");
      endWith(await memoryCompact(flags));
    });
}

const EXPORT_HELP = `
Writes one state of the memory: facts of every state with their history, edges, statuses, what was
erased (as digests), and skills. Of a damaged file it writes what can be read, says on stderr what
could not, and ends with 6.

Examples:
  ${SERVER_NAME} memory export memory.jsonl
  ${SERVER_NAME} memory export --namespace team | gzip > team.jsonl.gz

Exit codes: 0 done, 1 fault, 2 usage or configuration, 4 no memory in this home, 6 database damaged
(what could be read was written) or newer than this program.`;

const IMPORT_HELP = `
What is there already stays; the same file again changes nothing. What was erased here does not come
back. An import that was interrupted can be repeated. Of memory.json, an entity becomes a fact, each
of its observations another one under its name, and a relation a fact such as "Ada works_at Acme"
that depends on the facts of both entities.

Examples:
  ${SERVER_NAME} memory import memory.jsonl
  ${SERVER_NAME} memory import ~/memory.json --namespace notes
  ${SERVER_NAME} memory export --home /old | ${SERVER_NAME} memory import - --home /new

Exit codes: 0 done, 1 fault, 2 usage, configuration or no such file, 4 home not usable, 6 database
damaged or newer than this program, 8 something was skipped or the file ends too early.`;

const STATS_HELP = `
Examples:
  ${SERVER_NAME} memory stats
  ${SERVER_NAME} memory stats --namespace team --json

Exit codes: 0 done, 1 fault, 2 usage or configuration, 4 no memory in this home, 6 database damaged
or newer than this program.`;

const CHECK_HELP = `
Changes nothing. Looks at the pages of the file, at edges, states and counts, and compares each index
file with the rows.

Examples:
  ${SERVER_NAME} memory check
  ${SERVER_NAME} memory check --json --home /srv/car

Exit codes: 0 sound, 1 fault, 2 usage or configuration, 4 no memory in this home, 6 database newer
than this program, 8 something is wrong.`;

const BACKUP_HELP = `
A daemon may run meanwhile. To bring two memories together, use export and import.

Examples:
  ${SERVER_NAME} memory backup ~/backups/memory.db

Exit codes: 0 done, 1 fault, 2 usage, configuration or the file is there already, 4 no memory in this
home, 6 database damaged or newer than this program.`;

const RESTORE_HELP = `
Looks the copy through first. What was there is moved aside and named, not deleted; delete it yourself,
with what was to be forgotten in it.

Examples:
  ${SERVER_NAME} stop; ${SERVER_NAME} memory restore ~/backups/memory.db

Exit codes: 0 done, 1 fault, 2 usage, configuration or no sound copy, 4 home not usable, 5 a daemon
serves this home, 6 the copy is newer than this program.`;

const COMPACT_HELP = `
A daemon may run meanwhile; its writes wait for as long as it takes. Needs free space of about the
size of the memory, twice.

Examples:
  ${SERVER_NAME} memory compact

Exit codes: 0 done, 1 fault (with the reason), 2 usage or configuration, 4 no memory in this home,
6 database damaged or newer than this program, 8 done, but a reader kept the log from being emptied.`;
