// A script for tests of the tasks: keeps one that runs and one that has ended at the path it is given,
// says so, and lives until it is killed.

import process from "node:process";
import { createSqliteTasks } from "../../src/storage/sqlite_tasks.ts";

const [path = ""] = process.argv.slice(2);
const store = createSqliteTasks({ path, onSetAside: () => {} });
const task = { principalId: "local", createdMs: 1, updatedMs: 1, expiresMs: 1e12 };
store.save({ ...task, id: "running", status: "working" });
store.save({ ...task, id: "done", status: "completed", content: '"result"' });
// What nobody refers to any more may be collected, and closed with it.
process.once("SIGTERM", () => store.close());
process.stdout.write("saved\n");
setInterval(() => {}, 60_000);
