// Overwrites with zeros what the pages of a database file do not use, in the file itself: SQLite has no
// statement for it, and VACUUM, which writes all pages anew, is refused by Deno to a program without
// every permission. Bytes that mean nothing may change at any moment and in any order, so a process that
// is killed half-way leaves a whole file. The caller sees to it that the file holds all there is and
// that nobody writes pages into it meanwhile.

import { Buffer } from "node:buffer";
import { fdatasyncSync, fstatSync, readSync, writeSync } from "node:fs";
import { CarError } from "../base/errors.ts";
import { type ByteRange, unusedBytes } from "./_unused_bytes.ts";

// Read and looked through in some tenths of a millisecond.
const SLICE_PAGES = 64;
// https://www.sqlite.org/fileformat2.html#the_database_header
const HEADER_BYTES = 100;

/**
 * Works through the file behind `descriptor`, which may be written; after each slice the caller may do
 * something else. Throws `storage_damaged` at a page that contradicts itself, and what the system throws.
 */
export function* wipeUnusedBytes(descriptor: number): Generator<void, void> {
  const { pageBytes, usableBytes } = readSizes(descriptor);
  const fileBytes = fstatSync(descriptor).size;
  const slice = Buffer.alloc(SLICE_PAGES * pageBytes);
  const zeros = Buffer.alloc(pageBytes);
  let hasWritten = false;
  // The first page holds nothing but the schema.
  for (let at = pageBytes; at < fileBytes; at += slice.byteLength) {
    const readBytes = readSync(descriptor, slice, 0, slice.byteLength, at);
    for (let start = 0; start + pageBytes <= readBytes; start += pageBytes) {
      const page = slice.subarray(start, start + pageBytes);
      for (const range of rangesOf(page, { usableBytes, number: (at + start) / pageBytes + 1 })) {
        if (isZero(page, range)) continue;
        writeSync(descriptor, zeros, 0, range.end - range.start, at + start + range.start);
        hasWritten = true;
      }
    }
    yield;
  }
  if (hasWritten) fdatasyncSync(descriptor);
}

interface PageSizes {
  readonly pageBytes: number;
  /** What an extension reserved at the end of each page is not SQLite's. */
  readonly usableBytes: number;
}

function readSizes(descriptor: number): PageSizes {
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(descriptor, header, 0, HEADER_BYTES, 0);
  const size = header.readUInt16BE(16);
  const pageBytes = size === 1 ? 65_536 : size;
  return { pageBytes, usableBytes: pageBytes - header.readUInt8(20) };
}

function rangesOf(
  page: Buffer,
  { usableBytes, number }: { readonly usableBytes: number; readonly number: number },
): readonly ByteRange[] {
  const ranges = unusedBytes(page, usableBytes);
  if (ranges !== undefined) return ranges;
  throw new CarError("storage_damaged", `Cannot scrub the database: page ${number} is damaged`);
}

function isZero(page: Buffer, { start, end }: ByteRange): boolean {
  for (let at = start; at < end; at++) if (page[at] !== 0) return false;
  return true;
}
