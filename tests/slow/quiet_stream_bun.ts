// What needs real time, under Bun; a file of its own, so that both runtimes are watched at once.

import { watchQuietStream } from "../helpers/quiet_stream.ts";
import { testWithBun } from "../helpers/runtimes.ts";

const NAME = "a quiet stream stays open for a minute mcp:83 (Bun)";

testWithBun(NAME, watchQuietStream);
