// As whom a command stands in the audit of the memory: as the user of this machine.

import process from "node:process";
import { LOCAL_PRINCIPAL } from "../auth/principal.ts";
import { SERVER_NAME } from "../base/version.ts";
import type { AuditOption } from "../memory_file.ts";

/** For a command of that name. */
export function auditedAs(command: string): AuditOption {
  return {
    by: { principal: LOCAL_PRINCIPAL.id, client: `${SERVER_NAME} command`, via: command },
    onAuditFault: (complaint) =>
      void process.stderr.write(`${SERVER_NAME}: Cannot note this in the audit: ${complaint}\n`),
  };
}
