// The executable. Reads the command line, runs one command and ends with its exit code; the only place
// that ends the process.

import { argv, exit } from "node:process";
import { run } from "./src/cli/run.ts";

if (import.meta.main) exit(await run(argv.slice(2)));
