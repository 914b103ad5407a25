// `deno task compile` and `deno task compile:bun`: dist/car-mcp, in one file, with nothing to install.
// Says how large it is, and fails when our own part of it outgrows its budget.

import { statSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { bunHere } from "./bun_here.ts";
import { checkedOutRevision, compileWithBun, compileWithDeno } from "./executable.ts";

// Besides the runtime: the source, its packages, and the bytecode of both.
const OWN_BYTES_MAX = 16 * 1024 * 1024;
const NO_RUNTIME = /denort|[Dd]ownload|fetch|resolv|connect/;

const { positionals: [compiler = "deno"], values: { out = "dist/car-mcp", target } } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string" }, target: { type: "string" } },
});

process.exitCode = compiler === "bun" ? withBun() : withDeno();

function withBun(): number {
  const bun = bunHere();
  const { path, bytes } = compileWithBun(bun, { out, target, revision: checkedOutRevision() });
  // Another system's runtime has another size.
  const own = target === undefined ? bytes - statSync(bun).size : undefined;
  say(
    `${path}: ${mebibytes(bytes)}${own === undefined ? "" : `, of which ours ${mebibytes(own)}`}`,
  );
  if (own === undefined || own <= OWN_BYTES_MAX) return 0;
  say(`Our part is larger than its budget of ${mebibytes(OWN_BYTES_MAX)}`);
  return 1;
}

function withDeno(): number {
  try {
    const { path, bytes } = compileWithDeno(process.execPath, {
      ...{ out, target, revision: checkedOutRevision() },
    });
    say(`${path}: ${mebibytes(bytes)}`);
    return 0;
  } catch (thrown) {
    const { stderr = thrown } = thrown as { stderr?: unknown };
    say(String(stderr).trim());
    if (NO_RUNTIME.test(String(stderr))) {
      say(
        "SKIPPED: the runtime that Deno puts into executables cannot be fetched; see compile:bun",
      );
    }
    return 1;
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
