// A memory as a text file: JSON Lines, one record a line, made to be read by a person and by other
// programs. Version 1:
//
//   {"format":"car-mcp-memory","version":1,"program":"0.1.0","exported_at":"…"}     first
//   {"type":"fact","namespace":"default","id":"…","kind":"pattern","subject":"…","body":"…", …}
//   {"type":"edge","namespace":"default","from":"…","kind":"supersedes","to":"…"}
//   {"type":"status","namespace":"default","body":"…","updated_at":"…"}
//   {"type":"erased","namespace":"default","digest":123}
//   {"type":"skill","namespace":"default","name":"…","version":1,"code":"…", …}
//   {"type":"end","lines":5,"unreadable":0}                                         last
//
// Times are RFC 3339 in UTC with milliseconds. Facts and skills stand in the order in which they were
// stored, each edge right behind the later one of its two facts, so that a file that was read up to any
// record is a memory of its own. An optional member that is absent has no value.

import { VERSION } from "../base/version.ts";
import type { JsonRecord } from "./_record_fields.ts";

/** The name of the format in its first line. */
export const FORMAT_NAME = "car-mcp-memory";

/** The version that is written, and the newest that is read. */
export const FORMAT_VERSION = 1;

/** The first line of a file. */
export function headerRecord(exportedMs: number): JsonRecord {
  return {
    format: FORMAT_NAME,
    version: FORMAT_VERSION,
    program: VERSION,
    exported_at: new Date(exportedMs).toISOString(),
  };
}

/** The last line of a file: how many lines stand between, and how many places could not be read. */
export function endRecord(lines: number, unreadable: number): JsonRecord {
  return { type: "end", lines, unreadable };
}
