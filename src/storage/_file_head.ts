// The header and the length of a database file as they belong together, while another process may be copying
// its log into the file or taking empty pages from its end.

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/** The header of an SQLite file (https://www.sqlite.org/fileformat2.html, 1.3). */
export const HEADER_BYTES = 100;

/** What is known of a file without opening it as a database. */
export interface FileHead {
  /** Zeros beyond the end of the file. */
  readonly header: Buffer;
  /** Of the whole file. */
  readonly bytes: number;
  /**
   * Whether the file is all there is: beside a log, the newest pages, the header among them, may be in that.
   */
  readonly isNewest: boolean;
}

/** How a file is looked at; each look is one moment. */
export interface FileLooks {
  header(path: string): Buffer;
  hasLog(path: string): boolean;
  bytes(path: string): number;
}

// A file that changes faster than it is read has a writer; that one has looked at it.
const READS_MAX = 100;

const LOOKS: FileLooks = {
  header(path) {
    const header = Buffer.alloc(HEADER_BYTES);
    const file = openSync(path, "r");
    try {
      readSync(file, header, 0, HEADER_BYTES, 0);
    } finally {
      closeSync(file);
    }
    return header;
  },
  hasLog: (path) => existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0,
  bytes: (path) => statSync(path).size,
};

/** Looks at a file; throws what the system throws. */
export function readHead(path: string, looks: FileLooks = LOOKS): FileHead {
  for (let reads = 1;; reads++) {
    const header = looks.header(path);
    // In this order: a log is emptied after the file got its pages.
    const hasLog = looks.hasLog(path);
    const bytes = looks.bytes(path);
    const isOneState = looks.header(path).equals(header);
    if (isOneState || hasLog || reads === READS_MAX) {
      return { header, bytes, isNewest: isOneState && !hasLog };
    }
  }
}
