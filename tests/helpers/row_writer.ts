// A process that writes rows until it is killed, 64 at once, and prints the number of the last one of each
// round once all of the round are acknowledged. Arguments: the database and a name for its rows. Run on
// either runtime.

import process from "node:process";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";

const ROUND = 64;

const [path = "", name = ""] = process.argv.slice(2);
const database = openDatabase({ path, limits: limitsWith() });
const insert = database.connection.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
for (let next = 0;; next += ROUND) {
  await Promise.all(
    Array.from(
      { length: ROUND },
      (_, at) => database.write(() => insert.run(`${name} ${next + at}`, next + at)),
    ),
  );
  process.stdout.write(`${next + ROUND - 1}\n`);
}
