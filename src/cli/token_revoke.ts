// `car-mcp token revoke`: takes a token back. A daemon that runs lets its owner in no more from the next
// request on, and ends what the token had opened.

import { revokeToken } from "../token_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { tokenView } from "./_token_view.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `token revoke`, as given. */
export interface TokenRevokeFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Takes a token back; resolves with the exit code. */
export async function tokenRevoke(id: string, flags: TokenRevokeFlags): Promise<number> {
  const record = revokeToken(commandConfig(flags), id);
  const text = `Revoked the token ${record.id} of ${record.principal}`;
  await print(`${flags.json === true ? JSON.stringify(tokenView(record)) : text}\n`);
  return EXIT.done;
}
