// `car-mcp token list`: which tokens are out, for whom, and until when.

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { listTokens } from "../token_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { screenHere, tableText } from "./_table.ts";
import { tokenView } from "./_token_view.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `token list`, as given. */
export interface TokenListFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Prints the tokens; resolves with the exit code. */
export async function tokenList(flags: TokenListFlags): Promise<number> {
  const records = listTokens(commandConfig(flags));
  if (flags.json === true) {
    await print(`${JSON.stringify(records.map(tokenView))}\n`);
    return EXIT.done;
  }
  const nowMs = SYSTEM_CLOCK.now();
  const rows = records.map((record) => {
    const { id, principal, roles, permissions, namespaces, created, expires } = tokenView(record);
    const end = expires === undefined
      ? "never"
      : Date.parse(expires) <= nowMs
      ? "expired"
      : expires.slice(0, DATE_CHARS);
    return [
      ...[id, principal, roles.join(" "), permissions.join(" ")],
      ...[namespaces?.join(" ") ?? "everywhere", created.slice(0, DATE_CHARS), end],
    ];
  });
  const titles = ["id", "principal", "roles", "permissions", "namespaces", "created", "expires"];
  await print(tableText({ titles, rows }, screenHere()));
  return EXIT.done;
}

const DATE_CHARS = "2026-01-01".length;
