// `deno task release`: what people install, in dist/release: an archive for each system that is named
// (this one, if none is), `SHA256SUMS` and `install.sh`.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { VERSION } from "../../src/base/version.ts";
import { bunHere } from "../compile/bun_here.ts";
import { checkedOutRevision, compileWithBun } from "../compile/executable.ts";
import { finishRelease, packArchive } from "./archive.ts";

const THIS_SYSTEM = `${process.platform}-${process.arch}`;

const { values: { system: systems = [THIS_SYSTEM], out: folder = "dist/release" } } = parseArgs({
  options: { system: { type: "string", multiple: true }, out: { type: "string" } },
});

const work = mkdtempSync(join(tmpdir(), "car-mcp-release-"));
try {
  const bun = bunHere();
  for (const system of systems) {
    const program = join(work, system);
    // Another system's runtime is fetched; this one's is here.
    const target = system === THIS_SYSTEM ? undefined : `bun-${system}`;
    compileWithBun(bun, { out: program, target, revision: checkedOutRevision() });
    const name = packArchive({ program, version: VERSION, system, folder });
    process.stdout.write(`${join(folder, name)}\n`);
  }
  finishRelease(folder);
} finally {
  rmSync(work, { recursive: true });
}
