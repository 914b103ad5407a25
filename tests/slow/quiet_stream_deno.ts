// What needs real time, under Deno; a file of its own, so that both runtimes are watched at once.

import { watchQuietStream } from "../helpers/quiet_stream.ts";
import { DENO } from "../helpers/runtimes.ts";

const NAME = "a quiet stream stays open for a minute mcp:83 (Deno)";

Deno.test(NAME, () => watchQuietStream(DENO));
