// What is known of mounted servers, one JSON file each: which definitions of tools are approved, and the
// era that was found. A file that is damaged is not guessed at: until a person removes it, its server's
// tools are held back.

import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CarError, messageOf } from "../base/errors.ts";
import type { UpstreamRecord, UpstreamRecords } from "../upstream/pins.ts";
import { codeOf, readSmallFile } from "./small_file.ts";
import { writeWholeFile } from "./whole_file.ts";
import { stampOf } from "./upstream_folder.ts";

const FORMAT = 1;
const RECORD_BYTES_MAX = 64 * 1024 * 1024;
const PRIVATE_FOLDER = 0o700;
const ENDING = ".json";

const RECORD = z.object({
  format: z.literal(FORMAT),
  pins: z.record(z.string(), z.string()),
  held: z.array(z.object({ name: z.string(), hash: z.string(), description: z.string() })),
  era: z.object({ launch: z.string(), era: z.enum(["legacy", "modern"]) }).optional(),
});

/** The records in a folder, which is made with the first one. */
export function upstreamRecords(folder: string): UpstreamRecords {
  const pathOf = (name: string) => join(folder, `${name}${ENDING}`);
  return {
    read(name) {
      const path = pathOf(name);
      if (!fileNames(folder).includes(`${name}${ENDING}`)) return undefined;
      const read = readSmallFile(path, { bytesMax: RECORD_BYTES_MAX });
      if ("complaint" in read) throw new CarError("storage_damaged", read.complaint);
      const { success, data } = RECORD.safeParse(parsed(read.text));
      if (!success) {
        throw new CarError("storage_damaged", `${path} is damaged; remove it to begin anew`);
      }
      const { format: _, ...record } = data;
      return record satisfies UpstreamRecord;
    },
    write(name, record) {
      const path = pathOf(name);
      try {
        mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
        writeWholeFile(path, `${JSON.stringify({ format: FORMAT, ...record }, null, 1)}\n`);
      } catch (thrown) {
        const message = `Cannot write ${path}: ${messageOf(thrown)}`;
        throw new CarError("storage_failed", message, { cause: thrown });
      }
    },
    stamp: () => stampOf(folder, fileNames),
  };
}

function fileNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ENDING)).sort();
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
