// Tables: columns for a person, tabs for a program, and nothing in them that steers a terminal.

import assert from "node:assert/strict";
import { printable } from "../../src/cli/_printable.ts";
import { emphasized, tableText } from "../../src/cli/_table.ts";
import { cutText, wrappedText } from "../../src/cli/_wrapped_text.ts";

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

Deno.test("tableText() counts the columns of wide, drawn and combined characters", () => {
  const rows = [["記憶", "two"], ["e\u0301", "one"], ["🦜", "drawn"]];
  const screen = { isTerminal: true, hasColours: false, columns: 9 };
  const lines = tableText({ titles: ["A", "B"], rows }, screen).split("\n");
  assert.deepEqual(lines, ["A     B", "記憶  two", "e\u0301     one", "🦜    dr…", ""]);
  assert.equal(cutText("記憶", 4), "記憶");
  assert.equal(cutText("記憶", 3), "記…");
  assert.equal(cutText("記憶", 2), "…");
});

Deno.test("wrappedText() breaks paragraphs anew and leaves what is indented", () => {
  const text = "one two\nthree four\n\nExamples:\n  a long command that stays\nfive\n";
  assert.equal(
    wrappedText(text, 10),
    "one two\nthree four\n\nExamples:\n  a long command that stays\nfive\n",
  );
  assert.equal(wrappedText(text, 8).split("\n\n")[0], "one two\nthree\nfour");
  assert.equal(wrappedText(text, 40).split("\n\n")[0], "one two three four");
  assert.equal(wrappedText("", 10), "");
});

Deno.test("printable() and tables hold no sequence that a terminal obeys", () => {
  const nasty = "a\x1b]0;title\x07b\x9b2Jc\rd";
  assert.equal(printable(nasty), "a\uFFFD]0;title\uFFFDb\uFFFD2Jc\uFFFDd");
  assert.equal(printable("a\u202ebc\u2066d\u2028e"), "a\uFFFDbc\uFFFDd\uFFFDe");
  assert.equal(printable("two\nlines\tand a tab"), "two\nlines\tand a tab");
  const screen = { isTerminal: true, hasColours: true, columns: 80 };
  assert.ok(!tableText({ titles: ["A"], rows: [[nasty]] }, screen).includes("\x1b]"));
  assert.equal(emphasized("x", { ...screen, hasColours: false }), "x");
});
