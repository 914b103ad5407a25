// The header and the length of a file that another process changes between two looks.

import { deepEqual, throws } from "node:assert/strict";
import { statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { limitsWith } from "../../src/base/limits.ts";
import { checkFile } from "../../src/storage/_file_check.ts";
import { type FileLooks, HEADER_BYTES, readHead } from "../../src/storage/_file_head.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** A file at one moment; its header says how long it is. */
interface Moment {
  readonly bytes: number;
  readonly hasLog?: boolean;
}

/** Looks that see the moments one after the other, and the last one from then on. */
function looksAt(moments: readonly Moment[]): FileLooks {
  let next = 0;
  const look = () => moments[Math.min(next++, moments.length - 1)] ?? { bytes: 0 };
  return {
    header: () => Buffer.alloc(HEADER_BYTES, look().bytes),
    hasLog: () => look().hasLog ?? false,
    bytes: () => look().bytes,
  };
}

function headOf(moments: readonly Moment[]) {
  const { header, bytes, isNewest } = readHead("", looksAt(moments));
  return { says: header[0], bytes, isNewest };
}

Deno.test("readHead() gives a length that the header says, however the file changes between its looks", () => {
  for (let change = 1; change < 12; change++) {
    for (const [from, to] of [[4, 30], [30, 4]] as const) {
      // Of four looks, so a change after them is not seen.
      const bytes = change < 4 ? to : from;
      const moments = [...Array<Moment>(change).fill({ bytes: from }), { bytes: to }];
      deepEqual(headOf(moments), { says: bytes, bytes, isNewest: true });
    }
  }
});

Deno.test("readHead() says that the newest pages may be in a log, and of a file that never rests", () => {
  deepEqual(headOf([{ bytes: 4, hasLog: true }]), { says: 4, bytes: 4, isNewest: false });
  const restless = Array.from({ length: 1_000 }, (_, at) => ({ bytes: 4 + at % 7 }));
  deepEqual(headOf(restless).isNewest, false);
});

Deno.test("checkFile() answers storage_damaged for a file that was cut", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await openDatabase({ path, limits: limitsWith() }).close();
  const { size } = statSync(path);
  truncateSync(path, size - 4_096);
  throws(() => checkFile(path, 1_000), {
    code: "storage_damaged",
    message: new RegExp(`cut to ${size - 4_096} of ${size} bytes`),
  });
});
