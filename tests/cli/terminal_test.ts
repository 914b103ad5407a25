// What a person sees: columns as wide as the terminal, what stands out, progress that goes away again;
// and nothing of it in a pipe.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { widthOf } from "../../src/cli/_wrapped_text.ts";
import { runProcess } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { runAtTerminal, testAtTerminal } from "../helpers/terminal.ts";

const ESCAPE = "\x1b";
const BOLD = `${ESCAPE}[1m`;
const PLAIN = `${ESCAPE}[22m`;
const COLUMNS = 50;

/** A home with two facts, one of them long and of wide characters. */
async function homeWithFacts(runtime: Runtime, home: string): Promise<void> {
  const facts = [
    { subject: "short", body: "The short one" },
    { subject: "長い名前".repeat(20), body: "The long one" },
  ];
  const file = join(home, "facts.jsonl");
  const lines = facts.map(({ subject, body }) =>
    JSON.stringify({ type: "entity", name: subject, entityType: "fact", observations: [body] })
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
  const { code, stderr } = await runProcess({
    runtime,
    args: ["memory", "import", file, "--home", home],
  });
  assert.equal(code, 0, stderr);
}

function withoutColours(text: string): string {
  return text.replaceAll(BOLD, "").replaceAll(PLAIN, "");
}

/** Checks that nothing is wider than the terminal. */
function assertFits(text: string): void {
  for (const line of withoutColours(text).split("\n")) {
    assert.ok(widthOf(line) <= COLUMNS, `${widthOf(line)} columns: ${line}`);
  }
}

testAtTerminal(
  "--help has titles that stand out, and prose as wide as the terminal",
  async (runtime) => {
    const args = ["serve", "--help"];
    const { code, stdout } = await runAtTerminal({ runtime, args, columns: COLUMNS });
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(`${BOLD}Usage:${PLAIN} car-mcp serve`), stdout);
    const prose = stdout.split("\n").filter((line) => !line.startsWith(" "));
    assert.ok(prose.length > 5);
    assertFits(prose.join("\n"));
    const words = withoutColours(stdout).replaceAll(/\s+/g, " ");
    assert.match(
      words,
      /Exit codes: 0 done, 1 fault, .* 6 database damaged or newer than this program/,
    );
  },
);

testAtTerminal(
  "a table has titles and fits the terminal, wide characters included",
  async (runtime) => {
    using home = tempHome();
    await homeWithFacts(runtime, home.path);
    const args = ["memory", "list", "--home", home.path];
    const { code, stdout } = await runAtTerminal({ runtime, args, columns: 90 });
    assert.equal(code, 0, stdout);
    const [head = "", ...lines] = stdout.trimEnd().split("\n");
    assert.ok(head.startsWith(BOLD) && head.endsWith(PLAIN), head);
    assert.match(withoutColours(head), /^ID +KIND +SINCE +SUBJECT$/);
    for (const line of lines) assert.ok(widthOf(line) <= 90, line);
    const narrow = await runAtTerminal({ runtime, args, columns: COLUMNS });
    assertFits(narrow.stdout);
    assert.ok(narrow.stdout.includes("…"));
  },
);

testAtTerminal("NO_COLOR takes what stands out, and leaves the columns", async (runtime) => {
  using home = tempHome();
  await homeWithFacts(runtime, home.path);
  for (const args of [["memory", "list", "--home", home.path], ["--help"]]) {
    const environment = { NO_COLOR: "1" };
    const { stdout } = await runAtTerminal({ runtime, args, columns: COLUMNS, environment });
    assert.ok(!stdout.includes(ESCAPE), stdout);
    assert.match(stdout, /^(ID +KIND|Usage: )/);
  }
});

testAtTerminal("an import shows how far it is, and leaves the line empty", async (runtime) => {
  using home = tempHome();
  await homeWithFacts(runtime, home.path);
  const args = ["memory", "import", join(home.path, "facts.jsonl"), "--home", home.path];
  const { code, stdout } = await runAtTerminal({ runtime, args, columns: COLUMNS });
  assert.equal(code, 0, stdout);
  const shown = stdout.indexOf("[####");
  const lineStart = `\r${ESCAPE}[K`;
  const cleared = stdout.lastIndexOf(lineStart);
  // At the last column a terminal may have begun the next line already, which nobody clears.
  assert.ok(stdout.slice(shown, cleared).split(lineStart).every((bar) => widthOf(bar) < COLUMNS));
  assert.ok(shown !== -1 && cleared > shown, JSON.stringify(stdout));
  assert.doesNotMatch(stdout.slice(cleared), /[#.]{5}/);
});

testOnBoth("a pipe gets tabs and nothing that stands out, whatever TERM says", async (runtime) => {
  using home = tempHome();
  await homeWithFacts(runtime, home.path);
  const environment = { TERM: "xterm-256color", NO_COLOR: "", COLUMNS: "20" };
  const run = (...args: string[]) => runProcess({ runtime, args, environment });
  const list = await run("memory", "list", "--home", home.path);
  assert.match(list.stdout, /^[^\t\n]+\tknowledge\t[^\t\n]+\tshort$/m);
  const file = join(home.path, "facts.jsonl");
  const again = await run("memory", "import", file, "--home", home.path);
  const help = await run("serve", "--help");
  assert.match(help.stdout, /^5 another daemon serves .* than this program\.$/m);
  for (const { stdout, stderr } of [list, again, help]) {
    assert.ok(!`${stdout}${stderr}`.includes(ESCAPE));
  }
});
