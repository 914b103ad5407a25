// An import onto a disk that is too small for it.

import assert from "node:assert/strict";
import { checkDatabaseFile } from "../../src/storage/file_care.ts";
import { openTransferPlace, type TransferPlace } from "./_transfer_place.ts";

const BODY = "x".repeat(8_000);

/** Leaves so many free pages on the disk of whoever imports. */
function leavePages({ importing: { connection } }: TransferPlace, free: number): void {
  const used = Number(Object.values(connection.prepare("PRAGMA page_count").get() ?? {})[0]);
  connection.exec(`PRAGMA max_page_count = ${used + free}`);
}

Deno.test("an import onto a disk that fills up stops with what it has, and goes on when there is room", async () => {
  await using from = await openTransferPlace();
  for (let at = 0; at < 400; at++) {
    await from.memory.addFact("default", { id: `f${at}`, subject: "s", body: `${at} ${BODY}` });
  }
  const lines = from.export();
  await using to = await openTransferPlace();
  leavePages(to, 500);
  const stopped = to.import(lines);
  const refusal = { code: "storage_failed", message: /full; everything before line \d+ is stored/ };
  await assert.rejects(stopped, refusal);
  assert.deepEqual(checkDatabaseFile(to.path), []);
  leavePages(to, 10_000);
  const { added, known } = await to.import(lines);
  assert.ok(known > 0, `${known} known`);
  assert.equal(added + known, 400);
  assert.deepEqual(to.export(), lines);
});
