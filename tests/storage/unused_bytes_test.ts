import assert from "node:assert/strict";
import { unusedBytes } from "../../src/storage/_unused_bytes.ts";

const PAGE_BYTES = 512;

interface PageParts {
  readonly kind: number;
  readonly cells?: number;
  readonly contentStart?: number;
  /** Place, next place and size of each free block. */
  readonly blocks?: readonly (readonly [at: number, next: number, bytes: number])[];
}

function pageOf({ kind, cells = 0, contentStart = PAGE_BYTES, blocks = [] }: PageParts): Buffer {
  const page = Buffer.alloc(PAGE_BYTES, 0xa5);
  page.writeUInt8(kind, 0);
  page.writeUInt16BE(blocks[0]?.[0] ?? 0, 1);
  page.writeUInt16BE(cells, 3);
  page.writeUInt16BE(contentStart, 5);
  for (const [at, next, bytes] of blocks) {
    page.writeUInt16BE(next, at);
    if (at + 2 < PAGE_BYTES - 1) page.writeUInt16BE(bytes, at + 2);
  }
  return page;
}

function unusedIn(parts: PageParts): unknown {
  return unusedBytes(pageOf(parts), PAGE_BYTES)?.map(({ start, end }) => [start, end]);
}

Deno.test("unusedBytes() is what lies between the pointers and the cells", () => {
  for (const kind of [10, 13]) {
    assert.deepEqual(unusedIn({ kind, cells: 3, contentStart: 400 }), [[14, 400]]);
  }
  for (const kind of [2, 5]) {
    assert.deepEqual(unusedIn({ kind, cells: 3, contentStart: 400 }), [[18, 400]]);
  }
  assert.deepEqual(unusedIn({ kind: 13 }), [[8, PAGE_BYTES]]);
  assert.deepEqual(unusedIn({ kind: 13, cells: 2, contentStart: 12 }), [[12, 12]]);
});

Deno.test("unusedBytes() takes 0 for the end of the largest page", () => {
  const page = Buffer.alloc(65_536);
  page.writeUInt8(13, 0);
  assert.deepEqual(unusedBytes(page, 65_536), [{ start: 8, end: 65_536 }]);
});

Deno.test("unusedBytes() leaves the four bytes by which free blocks are found", () => {
  const blocks = [[300, 350, 4], [350, 500, 60], [500, 0, 12]] as const;
  const unused = [[8, 300], [304, 304], [354, 410], [504, 512]];
  assert.deepEqual(unusedIn({ kind: 13, contentStart: 300, blocks }), unused);
});

Deno.test("unusedBytes() finds nothing in pages that are of no tree", () => {
  for (const kind of [0, 1, 3, 4, 6, 9, 11, 12, 14, 255]) assert.deepEqual(unusedIn({ kind }), []);
});

Deno.test("unusedBytes() does not trust a page that contradicts itself", () => {
  const kind = 13;
  const contradictions: readonly PageParts[] = [
    { kind, cells: 200, contentStart: 400 },
    { kind, cells: 2, contentStart: 11 },
    { kind, contentStart: PAGE_BYTES + 1 },
    { kind, contentStart: 400, blocks: [[399, 0, 20]] },
    { kind, contentStart: 400, blocks: [[400, 419, 20], [419, 0, 20]] },
    { kind, contentStart: 400, blocks: [[440, 410, 20], [410, 0, 20]] },
    { kind, contentStart: 400, blocks: [[400, 400, 20]] },
    { kind, contentStart: 400, blocks: [[400, 0, 3]] },
    { kind, contentStart: 400, blocks: [[500, 0, 13]] },
    { kind, contentStart: 400, blocks: [[509, 0, 4]] },
  ];
  for (const parts of contradictions) assert.equal(unusedIn(parts), undefined);
});
