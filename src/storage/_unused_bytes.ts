// Where a page of a database file holds nothing. SQLite moves cells from page to page to keep its trees
// balanced, and leaves what they said where they stood: `secure_delete` overwrites a row where it lies
// when it is deleted, not where it lay before. What a page uses is its header, the pointers to its cells,
// the cells, and four bytes of each free block; the rest may be overwritten without SQLite noticing
// (https://www.sqlite.org/fileformat2.html#b_tree_pages). Up to three bytes beside a cell belong to
// nothing either; they are counted as fragments, not listed, and so few say nothing.

/** Bytes from `start` to below `end`, counted from the start of a page. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

// The first byte of a page of a tree; the kinds that lead to other pages have a longer header. Pages of
// other kinds begin with the number of a page, whose first byte is below 2 in a file under 128 GiB.
const HEADER_BYTES_OF: ReadonlyMap<number, number> = new Map([[2, 12], [5, 12], [10, 8], [13, 8]]);
const POINTER_BYTES = 2;
const FREE_BLOCK_HEAD_BYTES = 4;
const PAGE_BYTES_MAX = 65_536;

/**
 * What is unused in a page of a tree, `usableBytes` of which are SQLite's; nothing in a page of another
 * kind, whose unused rest SQLite keeps at zero. Undefined when the page contradicts itself. Not for the
 * first page of a file, which begins with the header of the file and holds nothing but the schema.
 */
export function unusedBytes(page: Buffer, usableBytes: number): readonly ByteRange[] | undefined {
  const headerBytes = HEADER_BYTES_OF.get(page.readUInt8(0));
  if (headerBytes === undefined) return [];
  const contentStart = page.readUInt16BE(5) || PAGE_BYTES_MAX;
  const gap = { start: headerBytes + POINTER_BYTES * page.readUInt16BE(3), end: contentStart };
  if (gap.start > gap.end || gap.end > usableBytes) return undefined;
  const ranges = [gap];
  let before = contentStart;
  for (let at = page.readUInt16BE(1); at !== 0; at = page.readUInt16BE(at)) {
    // Free blocks stand in the order of their places, and none reaches into the next one.
    if (at < before || at + FREE_BLOCK_HEAD_BYTES > usableBytes) return undefined;
    const end = at + page.readUInt16BE(at + 2);
    if (end < at + FREE_BLOCK_HEAD_BYTES || end > usableBytes) return undefined;
    ranges.push({ start: at + FREE_BLOCK_HEAD_BYTES, end });
    before = end;
  }
  return ranges;
}
