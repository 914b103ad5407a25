// Tables: columns for a person, tabs for a program, and nothing in them that steers a terminal.

import assert from "node:assert/strict";
import { emphasized, printable, tableText } from "../../src/cli/_table.ts";

const TABLE = { titles: ["ID", "SUBJECT"], rows: [["a", "deploy key"], ["long", "x\ny\tz"]] };

Deno.test("tableText() writes tabs and no titles where nobody looks", () => {
  const screen = { isTerminal: false, hasColours: false, columns: 80 };
  assert.equal(tableText(TABLE, screen), "a\tdeploy key\nlong\tx y z\n");
  assert.equal(tableText({ ...TABLE, rows: [] }, screen), "");
});

Deno.test("tableText() aligns columns under titles and cuts lines at the edge", () => {
  const screen = { isTerminal: true, hasColours: false, columns: 13 };
  assert.equal(tableText(TABLE, screen), "ID    SUBJECT\na     deploy…\nlong  x y z\n");
  const coloured = tableText(TABLE, { ...screen, hasColours: true });
  assert.ok(coloured.startsWith("\x1b[1mID    SUBJECT\x1b[22m\na "));
});

Deno.test("printable() and tables hold no sequence that a terminal obeys", () => {
  const nasty = "a\x1b]0;title\x07b\x9b2Jc\rd";
  assert.equal(printable(nasty), "a\uFFFD]0;title\uFFFDb\uFFFD2Jc\uFFFDd");
  assert.equal(printable("two\nlines\tand a tab"), "two\nlines\tand a tab");
  const screen = { isTerminal: true, hasColours: true, columns: 80 };
  assert.ok(!tableText({ titles: ["A"], rows: [[nasty]] }, screen).includes("\x1b]"));
  assert.equal(emphasized("x", { ...screen, hasColours: false }), "x");
});
