// The file of the sealing keys: JSON that a person can read, for its owner alone.

import { Buffer } from "node:buffer";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import type { SealingKey } from "../auth/sealer.ts";
import { CarError, messageOf } from "../base/errors.ts";
import { writeWholeFile } from "./whole_file.ts";

const FORMAT = 1;
/** Length of a key. */
export const SECRET_BYTES = 32;
const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;

// Of a file that is not damaged; the format is looked at before the rest.
const FILE = z.object({
  format: z.literal(FORMAT),
  keys: z.array(z.object({
    id: z.string().regex(/^[0-9a-z]{1,32}$/),
    secret: z.base64url().length(Math.ceil(SECRET_BYTES * 4 / 3)),
    created: z.iso.datetime(),
  })).min(1),
});

/** A key, and when it was made. */
export interface StateKey extends SealingKey {
  readonly createdMs: number;
}

/** Newest first; the newest one seals. */
export type StateKeyList = readonly [StateKey, ...StateKey[]];

/**
 * The keys of the file; undefined if it is missing or damaged. Others lose the right to read it. Throws
 * CarError `home_unusable`, or `storage_newer` for a file of a newer program.
 */
export function readStateKeys(path: string): StateKeyList | undefined {
  const text = readPrivately(path);
  return text === undefined ? undefined : keysOf(path, text);
}

/** Writes the file in place of what was there; throws what the system does. */
export function writeStateKeys(path: string, keys: StateKeyList): void {
  const written = keys.map(({ id, secret, createdMs }) => ({
    id,
    secret: Buffer.from(secret).toString("base64url"),
    created: new Date(createdMs).toISOString(),
  }));
  writeWholeFile(path, `${JSON.stringify({ format: FORMAT, keys: written }, null, 2)}\n`);
}

/** Whether there is such a file, sound or not. */
export function hasStateKeyFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A CarError `home_unusable` that says what was attempted. */
export function stateKeyFileFault(attempt: string, path: string, thrown: unknown): CarError {
  const message = `Cannot ${attempt} ${path}: ${messageOf(thrown)}`;
  return new CarError("home_unusable", message, { cause: thrown });
}

function readPrivately(path: string): string | undefined {
  try {
    if ((statSync(path).mode & OTHERS) !== 0) chmodSync(path, PRIVATE_FILE);
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw stateKeyFileFault("read", path, thrown);
  }
}

function keysOf(path: string, text: string): StateKeyList | undefined {
  const content = parsed(text);
  const { data: { format } = {} } = z.object({ format: z.int() }).safeParse(content);
  if (format !== undefined && format > FORMAT) {
    const message =
      `Cannot read "${path}": its format is ${format}, this program knows up to ${FORMAT}`;
    throw new CarError("storage_newer", message, { data: { path } });
  }
  const { data } = FILE.safeParse(content);
  const [newest, ...older] = (data?.keys ?? []).map(({ id, secret, created }) => ({
    id,
    secret: Buffer.from(secret, "base64url"),
    createdMs: Date.parse(created),
  }));
  return newest === undefined ? undefined : [newest, ...older];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: a damaged file, as much as one of another shape.
    return undefined;
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
}
