// A release as people fetch it: one archive for each system, named after version and system, and beside
// them the checksums by which `install.sh` knows that nothing was changed on the way.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SERVER_NAME } from "../../src/base/version.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const INSTALLER = fileURLToPath(new URL("install.sh", import.meta.url));
const DOCUMENTS = ["README.md", "CHANGELOG.md"];
const EXECUTABLE_MODE = 0o755;

/** What goes into an archive, and where the archive goes. */
export interface ArchiveOptions {
  /** The path of the executable. */
  readonly program: string;
  readonly version: string;
  /** What it is for, as `install.sh` calls it: `linux-x64`. */
  readonly system: string;
  /** Where the release is put together. */
  readonly folder: string;
}

/** Packs an executable; gives back the name of the archive. */
export function packArchive({ program, version, system, folder }: ArchiveOptions): string {
  mkdirSync(folder, { recursive: true });
  const name = `${SERVER_NAME}-${version}-${system}.tar.gz`;
  const stage = mkdtempSync(join(folder, ".stage-"));
  try {
    const packed = join(stage, SERVER_NAME);
    copyFileSync(program, packed);
    chmodSync(packed, EXECUTABLE_MODE);
    for (const document of DOCUMENTS) copyFileSync(join(ROOT, document), join(stage, document));
    const archive = join(stage, name);
    execFileSync("tar", ["-czf", archive, "-C", stage, SERVER_NAME, ...DOCUMENTS]);
    renameSync(archive, join(folder, name));
  } finally {
    rmSync(stage, { recursive: true });
  }
  return name;
}

/** Puts what else a release has beside its archives: `SHA256SUMS`, as `sha256sum` writes it, and `install.sh`. */
export function finishRelease(folder: string): void {
  const archives = readdirSync(folder).filter((name) => name.endsWith(".tar.gz")).sort();
  const lines = archives.map((name) => `${sha256(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
  copyFileSync(INSTALLER, join(folder, "install.sh"));
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
