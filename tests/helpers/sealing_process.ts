// A script for tests of the sealing keys: opens the keys at the path it is given, opens the sealed text
// behind it if there is one, and prints, as JSON, what was in it, a text of its own, how many of the texts
// that differ from that in one character open, and the key's name.

import process from "node:process";
import { Sealer } from "../../src/auth/sealer.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { openStateKeys } from "../../src/storage/state_key.ts";

const [path = "", text] = process.argv.slice(2);
const keys = openStateKeys({ path, clock: SYSTEM_CLOCK, onSetAside: () => {} });
const sealer = new Sealer({ keys, sealedCharsMax: 10_000 });
const opened = text === undefined ? undefined : sealer.open("test", text, "both");
const sealed = sealer.seal("test", { from: process.pid, word: "schön" }, "both");
const changed = [...sealed].map((char, at) =>
  sealed.slice(0, at) + (char === "A" ? "B" : "A") + sealed.slice(at + 1)
);
const forged = changed.filter((each) => sealer.open("test", each, "both") !== undefined).length;
process.stdout.write(`${JSON.stringify({ key: keys.current().id, sealed, opened, forged })}\n`);
