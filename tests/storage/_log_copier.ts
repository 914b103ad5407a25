// A process that has the log of a database copied back into the file, says so, and ends with its input.
// Arguments: the database and how many writes the copying begins after. Run on either runtime.

import process from "node:process";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { Checkpointer } from "../../src/storage/_checkpointer.ts";
import { openDatabase } from "../../src/storage/database.ts";

const [path = "", writes = ""] = process.argv.slice(2);
const database = openDatabase({ path, limits: limitsWith() });
database.connection.prepare("INSERT INTO meta (name, value) VALUES ('row', 1)").run();
const checkpointer = new Checkpointer({ path, clock: SYSTEM_CLOCK, checkTarget: () => {} });
checkpointer.committed(Number(writes));
await checkpointer.rest();
process.stdout.write("copied\n");
for await (const _ of process.stdin);
await checkpointer.close();
await database.close();
