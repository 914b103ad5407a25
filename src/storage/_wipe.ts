// Overwrites with zeros what the pages of a database file do not use, in the file itself: SQLite has no
// statement for it, and VACUUM, which writes all pages anew, is refused by Deno to a program without
// every permission. Bytes that mean nothing may change at any moment and in any order, so a process that
// is killed half-way leaves a whole file. The caller sees to it that the file holds all there is and
// that nobody writes pages into it meanwhile.

import { Buffer } from "node:buffer";
import { fdatasyncSync, fstatSync, readSync, writeSync } from "node:fs";
import { CarError } from "../base/errors.ts";
import type { Steps } from "../base/in_turns.ts";
import { type ByteRange, unusedBytes } from "./_unused_bytes.ts";

// Read and looked through in some tenths of a millisecond.
const SLICE_PAGES = 64;
// 128 GiB: from this number on the first byte of a page of another kind, which is that of the number of a
// page, could be taken for the kind of a tree.
const PAGES_MAX = 2 ** 25;
// https://www.sqlite.org/fileformat2.html#the_database_header
const HEADER_BYTES = 100;

/**
 * Works through the file behind `descriptor`, which may be written; after each slice the caller may do
 * something else. Throws `storage_damaged` at a page that contradicts itself, `storage_failed` for a file
 * beyond every bound of ours, and what the system throws.
 */
export function* wipeUnusedBytes(descriptor: number): Steps<void> {
  const layout = readLayout(descriptor);
  const { pageBytes } = layout;
  const fileBytes = fstatSync(descriptor).size;
  if (fileBytes / pageBytes >= PAGES_MAX) {
    throw new CarError("storage_failed", "Cannot scrub the database: it is too large");
  }
  const slice = Buffer.alloc(SLICE_PAGES * pageBytes);
  const zeros = Buffer.alloc(pageBytes);
  let hasWritten = false;
  // The first page holds nothing but the schema.
  for (let at = pageBytes; at < fileBytes; at += slice.byteLength) {
    const readBytes = readSync(descriptor, slice, 0, slice.byteLength, at);
    for (let start = 0; start + pageBytes <= readBytes; start += pageBytes) {
      const page = slice.subarray(start, start + pageBytes);
      for (const range of rangesOf(page, (at + start) / pageBytes + 1, layout)) {
        if (isZero(page, range)) continue;
        writeSync(descriptor, zeros, 0, range.end - range.start, at + start + range.start);
        hasWritten = true;
      }
    }
    yield;
  }
  if (hasWritten) fdatasyncSync(descriptor);
}

interface Layout {
  readonly pageBytes: number;
  /** What an extension reserved at the end of each page is not SQLite's. */
  readonly usableBytes: number;
  /** The file says of each page what leads to it, in pages that look like those of a tree. */
  readonly hasPointerMap: boolean;
}

function readLayout(descriptor: number): Layout {
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(descriptor, header, 0, HEADER_BYTES, 0);
  const size = header.readUInt16BE(16);
  const pageBytes = size === 1 ? 65_536 : size;
  const usableBytes = pageBytes - header.readUInt8(20);
  return { pageBytes, usableBytes, hasPointerMap: header.readUInt32BE(52) !== 0 };
}

function rangesOf(page: Buffer, number: number, layout: Layout): readonly ByteRange[] {
  if (layout.hasPointerMap && isOfPointerMap(number, layout)) return [];
  const ranges = unusedBytes(page, layout.usableBytes);
  if (ranges !== undefined) return ranges;
  throw new CarError("storage_damaged", `Cannot scrub the database: page ${number} is damaged`);
}

const LOCK_BYTE = 0x40000000;
const POINTER_BYTES = 5;

// https://www.sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages: the second page, and then one before
// as many pages as it can point to; none is where the lock is.
function isOfPointerMap(number: number, { pageBytes, usableBytes }: Layout): boolean {
  const period = Math.floor(usableBytes / POINTER_BYTES) + 1;
  const lockPage = LOCK_BYTE / pageBytes + 1;
  const start = number - (number - 2) % period;
  return number === (start === lockPage ? start + 1 : start);
}

function isZero(page: Buffer, { start, end }: ByteRange): boolean {
  for (let at = start; at < end; at++) if (page[at] !== 0) return false;
  return true;
}
