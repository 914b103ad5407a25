// The completions in the shells themselves; bash is everywhere, the others show as ignored where they
// are not installed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { runProcess } from "../helpers/process.ts";
import { DENO } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** What a shell runs after the script, to complete the last of these words. */
type Ask = (words: readonly string[]) => string;

const BASH: Ask = (words) =>
  `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}
_car_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`;

const SHELLS: readonly (readonly [shell: string, flags: readonly string[], ask: Ask])[] = [
  ["bash", ["--norc", "-c"], BASH],
  // As its own layer for completions of bash does.
  ["zsh", ["-f", "-c"], (words) => `emulate ksh; ${BASH(words)}`],
  ["fish", ["--no-config", "-c"], (words) => `complete -C "${words.join(" ")}"`],
];

const CASES: readonly (readonly [line: string, wanted: string])[] = [
  ["car-mcp mem", "memory"],
  ["car-mcp memory --json qu", "query"],
  ["car-mcp memory query text --super", "--superseded"],
  ["car-mcp connect claude-d", "claude-desktop"],
  ["car-mcp completions fi", "fish"],
];

for (const [shell, flags, ask] of SHELLS) {
  const isHere = hasShell(shell);
  Deno.test({
    name: `completions complete commands, flags and words in ${shell}${
      isHere ? "" : " (not here)"
    }`,
    ignore: !isHere,
    async fn() {
      using home = tempHome();
      const { code, stdout } = await runProcess({ runtime: DENO, args: ["completions", shell] });
      assert.equal(code, 0);
      const env = { PATH: process.env["PATH"], HOME: home.path };
      for (const [line, wanted] of CASES) {
        const script = `${stdout}\n${ask(line.split(" "))}`;
        const found = execFileSync(shell, [...flags, script], { encoding: "utf8", env });
        assert.ok(found.split("\n").includes(wanted), `${line}: ${found}`);
      }
    },
  });
}

function hasShell(shell: string): boolean {
  try {
    execFileSync(shell, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    // It is not installed.
    return false;
  }
}
