// What this program calls itself, on the wire and on the command line.

/** The name in `serverInfo`, health and `--version`. */
export const SERVER_NAME = "car-mcp";

/** The version of the program; `tests/surface_test.ts` holds it equal to `deno.json`. */
export const VERSION = "0.1.0";
