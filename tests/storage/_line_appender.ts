// A process that appends numbered lines to a rotating file, each by a write of its own, and ends.
// Arguments: the file, a name for its lines, how many, and at how many bytes a file is full.

import process from "node:process";
import { appendLines } from "../../src/storage/_rotating_file.ts";

const [path = "", name = "", count = "0", bytesMax = "0"] = process.argv.slice(2);
for (let at = 0; at < Number(count); at++) {
  appendLines(`${name} ${at} ${"x".repeat(at % 90)}.\n`, {
    path,
    bytesMax: Number(bytesMax),
    oldFilesMax: 1_000,
  });
}
