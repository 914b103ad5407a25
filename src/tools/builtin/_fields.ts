// Schema pieces that several built-in tools share, with the words a model reads.

import { z } from "zod";
import { readDateTime } from "../../base/date_times.ts";
import { CarError } from "../../base/errors.ts";
import { given } from "../../base/given.ts";
import type { Limits } from "../../base/limits.ts";
import { HEADER_ANNOTATION } from "../../protocol/mirrored_arguments.ts";
import type { Actor } from "../../memory/audit_log.ts";
import type { CallContext } from "../../rpc/context.ts";

/** A member inside an argument that names a namespace. */
export const INNER_TENANT_ID = z.string().optional().describe(
  "Namespace to work in: 1-128 of A-Z a-z 0-9 . _ / -. Default: the request's own",
);

/** The argument that names a namespace; a gateway can route by the header that repeats it. */
export const TENANT_ID = INNER_TENANT_ID.meta({ [HEADER_ANNOTATION]: "Tenant-Id" });

/** An argument that is a time: RFC 3339, or a date alone for its first moment in UTC. */
export const TIME = z.string().max(64);

/** A time argument as UTC milliseconds; throws CarError `invalid_argument` that names the field. */
export function readTime(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = readDateTime(text);
  if (ms !== undefined) return ms;
  const given = JSON.stringify(text);
  const message =
    `Argument "${field}" is not a time: expected RFC 3339, like 2026-01-31T09:30:00Z, given ${given}`;
  throw new CarError("invalid_argument", message);
}

/** The client's name in a form that can be stored; what a client calls itself never fails a call. */
export function clientNameOf({ origin }: CallContext, limits: Limits): string | undefined {
  const name = origin.client?.name.replaceAll("\0", "").toWellFormed().trim() ?? "";
  return name === "" ? undefined : name.slice(0, limits.clientNameCharsMax).toWellFormed();
}

/** On whose behalf a call of this tool changes something. */
export function actorOf(context: CallContext, tool: string, limits: Limits): Actor {
  const { id: principal } = context.principal;
  return { principal, ...given("client", clientNameOf(context, limits)), via: tool };
}
