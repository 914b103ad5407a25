// An older home is opened by the program as a user starts it: with the permissions of `serve` and no more.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { MIGRATIONS } from "../../src/storage/migrations.ts";
import { startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

testOnBoth("serve migrates an older file and drops the copy at the next start", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "mcp", "memory.db");
  mkdirSync(join(home.path, "mcp"));
  const migrations = MIGRATIONS.slice(0, 2);
  await openDatabase({ path, limits: limitsWith(), migrations }).close();
  const copyPath = `${path}.version-2`;
  for (const isCopied of [true, false]) {
    await using server = await startServer(runtime, home.path);
    assert.match(server.firstLine, /^http:/);
    assert.equal(existsSync(copyPath), isCopied);
    if (isCopied) assert.equal(statSync(copyPath).mode & 0o777, 0o600);
    assert.equal((await server.stop()).code, 0);
  }
});
