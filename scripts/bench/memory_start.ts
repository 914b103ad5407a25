// One start of the engine on a home, in a process of its own: prints the milliseconds from opening the
// home to the first answer, and by how many bytes the process has grown.

import process from "node:process";
import { openEngine } from "./_engine.ts";
import { HITS_WANTED, NAMESPACE } from "./_facts.ts";
import { residentBytes } from "./_process_stats.ts";

const [home = "", query = ""] = process.argv.slice(2);
const before = residentBytes(process.pid) ?? NaN;
const startMs = performance.now();
const { memory } = await openEngine(home);
const hits = memory.query(NAMESPACE, { text: query, k: HITS_WANTED });
const ms = performance.now() - startMs;
const bytes = (residentBytes(process.pid) ?? NaN) - before;
process.stdout.write(`${JSON.stringify({ ms, bytes, hits: hits.length })}\n`);
// What was opened is not closed: this is a reader, and a clean end would write.
process.exit(0);
