// `car-mcp token create`: gives out a token and prints it, alone, on stdout.

import process from "node:process";
import { CALL_PERMISSION, READ_PERMISSION } from "../auth/access.ts";
import { GRANT_NAME, NAMESPACE_GRANT, TOKEN_PRINCIPAL } from "../auth/grant_names.ts";
import { LOCAL_PRINCIPAL } from "../auth/principal.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { readDateTime } from "../base/date_times.ts";
import { CarError } from "../base/errors.ts";
import { SERVER_NAME } from "../base/version.ts";
import { giveToken } from "../token_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { tokenView } from "./_token_view.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `token create`, as given. */
export interface TokenCreateFlags extends HomeFlags {
  readonly role: readonly string[];
  readonly permission: readonly string[];
  readonly namespace: readonly string[];
  readonly expires?: string;
  readonly json?: boolean;
}

const NAMES_MAX = 64;

/** Gives out a token; resolves with the exit code. */
export async function tokenCreate(principal: string, flags: TokenCreateFlags): Promise<number> {
  const config = commandConfig(flags);
  if (!TOKEN_PRINCIPAL.test(principal) || principal === LOCAL_PRINCIPAL.id) {
    const message = `"${principal}" cannot be a principal: 1 to 128 of A-Z, a-z, 0-9, . _ @ -, ` +
      `and not "${LOCAL_PRINCIPAL.id}", which is the user of this machine`;
    throw new CarError("invalid_argument", message);
  }
  const [own = ""] = flags.namespace;
  if (own.endsWith("*")) {
    throw new CarError("invalid_argument", "--namespace: the first one is where it works: no *");
  }
  // One moment for both: a token for a day is good for a day, to the millisecond.
  const nowMs = SYSTEM_CLOCK.now();
  const { token, record } = giveToken(config, {
    principal,
    roles: names(flags.role, { flag: "--role", form: GRANT_NAME }),
    permissions: flags.permission.length === 0
      ? [CALL_PERMISSION, READ_PERMISSION]
      : names(flags.permission, { flag: "--permission", form: GRANT_NAME }),
    namespaces: flags.namespace.length === 0
      ? undefined
      : names(flags.namespace, { flag: "--namespace", form: NAMESPACE_GRANT }),
    expiresMs: flags.expires === undefined ? undefined : readExpiry(flags.expires, nowMs),
  }, { now: () => nowMs });
  const said = flags.json === true ? JSON.stringify({ token, ...tokenView(record) }) : token;
  await print(`${said}\n`);
  if (!config.auth.tokens) {
    process.stderr.write(
      `${SERVER_NAME}: auth.tokens is not true in the configuration, so tokens let nobody in yet\n`,
    );
  }
  return EXIT.done;
}

function names(
  given: readonly string[],
  { flag, form }: { readonly flag: string; readonly form: RegExp },
): readonly string[] {
  if (given.length > NAMES_MAX) {
    throw new CarError("invalid_argument", `${flag}: at most ${NAMES_MAX} of them`);
  }
  const wrong = given.find((name) => !form.test(name));
  if (wrong === undefined) return [...new Set(given)];
  throw new CarError("invalid_argument", `${flag}: "${wrong}" is no such name`);
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** `30d`, `12h`, `45m`, or a date. */
function readExpiry(text: string, nowMs: number): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    return nowMs + Number(count) * (UNIT_MS.get(unit) ?? 0);
  }
  const atMs = readDateTime(text);
  if (atMs !== undefined) return atMs;
  const message = `--expires: "${text}" is neither a time like 30d or 12h nor a date`;
  throw new CarError("invalid_argument", message);
}
