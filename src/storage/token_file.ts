// `tokens.toml`: what is kept of the tokens that were given out. A person may read and edit it; the
// server looks at it before each request, so that a token that is taken out lets nobody in any more.

import { statSync } from "node:fs";
import { stringify } from "smol-toml";
import { z } from "zod";
import type { TokenRecord, TokenRecords, TokenRecordSource } from "../auth/token_record.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { readTomlFile } from "../base/toml_file.ts";
import { GRANT_NAME, NAMESPACE_GRANT, TOKEN_PRINCIPAL } from "../auth/grant_names.ts";
import { withFileLock } from "./_file_lock.ts";
import { readSmallFile } from "./small_file.ts";
import { writeWholeFile } from "./whole_file.ts";

/** A file of token records that can be changed. */
export interface TokenFile extends TokenRecordSource {
  /**
   * Changes the records while no other process does; what `change` gives is written. Throws CarError
   * as `read()`, and `storage_failed`.
   */
  update(change: (records: TokenRecords) => Iterable<TokenRecord>): void;
}

/** Options of createTokenFile. */
export interface TokenFileOptions {
  readonly path: string;
  readonly tokensMax: number;
}

// A record with all its lists full is far smaller than this.
const RECORD_BYTES_MAX = 64 * 1024;
const NAMES_MAX = 64;

const LIST = z.array(z.string().regex(GRANT_NAME, "is no name")).max(NAMES_MAX);
const RECORD = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/, "must be 12 hexadecimal digits"),
  hash: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
  principal: z.string().regex(TOKEN_PRINCIPAL, "is no name of a principal"),
  roles: LIST,
  permissions: LIST,
  namespaces: z.array(z.string().regex(NAMESPACE_GRANT, "is no namespace")).min(1).max(NAMES_MAX)
    .optional(),
  created: z.iso.datetime(),
  expires: z.iso.datetime().optional(),
});

/** The records in a file, which need not be there yet. */
export function createTokenFile({ path, tokensMax }: TokenFileOptions): TokenFile {
  const schema = z.strictObject({ token: z.array(RECORD).max(tokensMax).default([]) });
  const bytesMax = tokensMax * RECORD_BYTES_MAX;
  const none: TokenRecords = new Map();
  let known: { readonly version: string; readonly records: TokenRecords } | undefined;
  const read = (): TokenRecords => {
    const version = versionOf(path);
    if (version === undefined) return none;
    if (known?.version === version) return known.records;
    const file = readSmallFile(path, { bytesMax, mustBePrivate: true });
    if ("complaint" in file) throw new CarError("config_invalid", file.complaint);
    const { token } = readTomlFile(file.text, { schema, what: `Token file ${path}` });
    const records = new Map(token.map((each) => [each.id, recordOf(each)]));
    if (records.size < token.length) {
      throw new CarError("config_invalid", `Token file ${path}: two tokens have one id`);
    }
    known = { version, records };
    return records;
  };
  return {
    read,
    update(change) {
      withFileLock(`${path}.lock`, () => {
        const records = [...change(read())];
        if (records.length > tokensMax) {
          const message = `Too many tokens: at most ${tokensMax}; revoke some`;
          throw new CarError("limit_reached", message);
        }
        write(path, records);
      });
    },
  };
}

// What changes with every way of changing a file: writing it, putting another in its place, its mode and
// owner, which are said for themselves because the time of their change is rounded to seconds on Deno.
function versionOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined
    ? undefined
    : [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs, found.mode, found.uid].join(
      " ",
    );
}

function recordOf({ created, expires, namespaces, ...rest }: z.output<typeof RECORD>): TokenRecord {
  return {
    ...rest,
    namespaces,
    createdMs: Date.parse(created),
    expiresMs: expires === undefined ? undefined : Date.parse(expires),
  };
}

const HEAD =
  "# Tokens that were given out. The tokens themselves are nowhere; see car-mcp token --help.\n\n";

function write(path: string, records: readonly TokenRecord[]): void {
  const token = records.map(({ createdMs, expiresMs, namespaces, ...rest }) => ({
    ...rest,
    ...(namespaces !== undefined && { namespaces: [...namespaces] }),
    created: new Date(createdMs).toISOString(),
    ...(expiresMs !== undefined && { expires: new Date(expiresMs).toISOString() }),
  }));
  try {
    writeWholeFile(path, `${HEAD}${stringify({ token })}`);
  } catch (thrown) {
    const message = `Cannot write ${path}: ${messageOf(thrown)}`;
    throw new CarError("storage_failed", message, { cause: thrown });
  }
}
