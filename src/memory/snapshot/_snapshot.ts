// An index as a file:
//
//   bytes 0–7    "CARINDEX"
//   bytes 8–11   version of the form, little endian
//   bytes 12–15  CRC-32 of everything from byte 16 on
//   bytes 16–23  length of the whole file, as a 64-bit float
//   from 24 on   fields (snapshot_fields.ts): whose index it is, then the index
//
// Columns stand as the processor has them. A machine with the other byte order reads another version
// number and ignores the file. What does not fit is ignored with a reason, never repaired.

import { crc32 } from "node:zlib";
import type { Steps } from "../../base/in_turns.ts";
import { FieldReader, FieldWriter } from "./snapshot_fields.ts";
import { TextIndex } from "../index/text_index.ts";
import type { SnapshotSource, SnapshotTarget } from "../snapshot_files.ts";
import type { Tokenizer } from "../tokenizer.ts";

/** Whose index a snapshot is, and of when. */
export interface SnapshotOwner {
  /** Of the store: another one may stand in the same place. */
  readonly identity: number;
  readonly namespace: string;
  /** Of how texts are taken apart: a program that does it otherwise has other terms. */
  readonly terms: string;
}

/** The state of the store that a snapshot shows. */
export interface SnapshotMoment {
  /** All rows up to it are in the index. */
  readonly revision: number;
  /** The course of events that the revision was in. */
  readonly course: number;
}

/** What was read from a snapshot. */
export interface LoadedSnapshot extends SnapshotMoment {
  readonly index: TextIndex;
}

/** A snapshot that is not used, and why. */
export interface RefusedSnapshot {
  readonly refused: string;
}

const MAGIC = 0x5845444e49524143n; // "CARINDEX" in little endian.
const VERSION = 8;
const CHECKED_FROM = 16;
const HEAD_BYTES = 24;
// The first field: how many numbers, whose index it is, the revision, the course.
const MOMENT_BYTES = HEAD_BYTES + 4 * 8;
// Reading, writing and checking so many takes a fraction of a millisecond.
const PIECE_BYTES = 1 << 18;

/** Writes an index; it must not change before this is done. */
export function* writeSnapshot(
  target: SnapshotTarget,
  index: TextIndex,
  { identity, namespace, terms, revision, course }: SnapshotOwner & SnapshotMoment,
): Steps<void> {
  const out = new FieldWriter();
  out.numbers([identity, revision, course]);
  yield* out.texts([namespace, terms]);
  yield* index.save(out);
  const length = out.parts.reduce((sum, part) => sum + part.length, HEAD_BYTES);
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setBigUint64(0, MAGIC, true);
  new Uint32Array(head.buffer)[2] = VERSION;
  head.setFloat64(CHECKED_FROM, length, true);
  let checksum = crc32(new Uint8Array(head.buffer, CHECKED_FROM));
  let at = HEAD_BYTES;
  for (const part of out.parts) {
    for (let start = 0; start < part.length; start += PIECE_BYTES) {
      const piece = part.subarray(start, start + PIECE_BYTES);
      checksum = crc32(piece, checksum);
      target.write(piece, at);
      at += piece.length;
      yield;
    }
  }
  head.setUint32(12, checksum, true);
  target.write(new Uint8Array(head.buffer), 0);
}

/** Reads an index, if it is whole and belongs to this owner. */
export function* readSnapshot(
  source: SnapshotSource,
  owner: SnapshotOwner,
  tokenizer: Tokenizer,
): Steps<LoadedSnapshot | RefusedSnapshot> {
  const bytes = yield* readChecked(source);
  if (!(bytes instanceof ArrayBuffer)) return bytes;
  const from = new FieldReader(bytes, HEAD_BYTES);
  const [identity, revision = 0, course = 0] = from.numbers();
  const [namespace, terms] = yield* from.texts();
  if (identity !== owner.identity) return { refused: "it belongs to another database" };
  if (namespace !== owner.namespace) return { refused: "it belongs to another namespace" };
  if (terms !== owner.terms) return { refused: "another program has taken the texts apart" };
  const index = new TextIndex(tokenizer);
  yield* index.load(from);
  return { index, revision, course };
}

/** The moment that a snapshot claims to show, without a look at the rest; undefined: it is damaged. */
export function readMoment(source: SnapshotSource): SnapshotMoment | undefined {
  const bytes = new ArrayBuffer(MOMENT_BYTES);
  if (source.bytes < MOMENT_BYTES || !source.read(new Uint8Array(bytes), 0)) return undefined;
  const head = new DataView(bytes);
  if (head.getBigUint64(0, true) !== MAGIC) return undefined;
  if (new Uint32Array(bytes)[2] !== VERSION) return undefined;
  const [count, , revision = 0, course = 0] = new Float64Array(bytes, HEAD_BYTES);
  return count === 3 ? { revision, course } : undefined;
}

function* readChecked(source: SnapshotSource): Steps<ArrayBuffer | RefusedSnapshot> {
  if (source.bytes < HEAD_BYTES) return { refused: "it is cut short" };
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  if (!source.read(new Uint8Array(head.buffer), 0)) return { refused: "it is cut short" };
  if (head.getBigUint64(0, true) !== MAGIC) return { refused: "it is no snapshot" };
  if (new Uint32Array(head.buffer)[2] !== VERSION) return { refused: "it has another form" };
  if (head.getFloat64(CHECKED_FROM, true) !== source.bytes) {
    return { refused: "its length is not the one it was written with" };
  }
  const bytes = new ArrayBuffer(source.bytes);
  let checksum = 0;
  for (let at = 0; at < source.bytes; at += PIECE_BYTES) {
    const piece = new Uint8Array(bytes, at, Math.min(PIECE_BYTES, source.bytes - at));
    if (!source.read(piece, at)) return { refused: "it is cut short" };
    checksum = crc32(at === 0 ? piece.subarray(CHECKED_FROM) : piece, checksum);
    yield;
  }
  if (checksum !== head.getUint32(12, true)) return { refused: "its checksum is wrong" };
  return bytes;
}
