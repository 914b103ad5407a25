// A script for tests of kept sessions: saves one event after the other for the session "a" in the file
// it is given, from a first `seq` on, and says each `seq` once it is kept, until it is ended. The first
// line is full when it has said some hundred.

import { writeSync } from "node:fs";
import process from "node:process";
import { createSqliteSessions } from "../../src/storage/sqlite_sessions.ts";

const FIRST_LINE_EVENTS = 300;
const STDOUT = 1;

function saveForEver(path: string, firstSeq: number): void {
  const store = createSqliteSessions({ path, onSetAside: () => process.exit(6) });
  let seq = firstSeq;
  const saveOne = () => {
    store.saveEvent("a", { seq, stream: "s", json: JSON.stringify(`event ${seq}`), index: seq });
    writeSync(STDOUT, `${seq}${seq - firstSeq < FIRST_LINE_EVENTS ? " " : "\n"}`);
    seq++;
    setTimeout(saveOne, 0);
  };
  saveOne();
}

if (import.meta.main) saveForEver(process.argv[2] ?? "", Number(process.argv[3]));
