// `install.sh` as a person runs it: from a folder and from a URL, with archives that are whole, damaged,
// foreign or of no use. What is not what it should be leaves things as they were.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { finishRelease, packArchive } from "../../../scripts/release/archive.ts";
import { tempHome } from "../../helpers/temp_home.ts";

const INSTALLER = fileURLToPath(
  new URL("../../../scripts/release/install.sh", import.meta.url),
);
const SYSTEM = `${process.platform}-${process.arch}`;

/** A release folder, and a prefix to install into. */
class Release implements Disposable {
  readonly #home = tempHome();
  readonly folder = join(this.#home.path, "release");
  readonly prefix = join(this.#home.path, "prefix");
  readonly program = join(this.prefix, "bin", "car-mcp");

  /** Packs a program that prints its version; with another text, one that does something else. */
  pack(version: string, text = `#!/bin/sh\necho ${version}\n`, system = SYSTEM): string {
    const program = join(this.#home.path, "program");
    writeFileSync(program, text);
    const name = packArchive({ program, version, system, folder: this.folder });
    finishRelease(this.folder);
    return name;
  }

  /** Makes a command that comes before those of the system; gives back its folder. */
  command(name: string, text: string): string {
    const folder = join(this.#home.path, "commands");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
    return folder;
  }

  /** Runs the script with these arguments and the prefix. */
  install(args: readonly string[], path = process.env["PATH"]): Promise<Installed> {
    return run([INSTALLER, "--prefix", this.prefix, ...args], { PATH: path });
  }

  /** Checks that this version is there, and nothing beside it. */
  assertHas(version: string): void {
    assert.match(readFileSync(this.program, "utf8"), new RegExp(`echo ${version}\n`));
    assert.deepEqual(readdirSync(join(this.prefix, "bin")), ["car-mcp"]);
  }

  [Symbol.dispose](): void {
    this.#home[Symbol.dispose]();
  }
}

interface Installed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Installed> {
  const env = { ...process.env, CAR_MCP_RELEASES: undefined, ...environment };
  return new Promise((resolve) => {
    execFile("sh", [...args], { env }, (fault, stdout, stderr) => {
      resolve({ code: fault === null ? 0 : Number(fault.code), stdout, stderr });
    });
  });
}

/** Serves a folder on the loopback address while `use` runs. */
async function served(folder: string, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const path = join(folder, String(request.url).replace("/v1/", ""));
    if (!existsSync(path)) response.writeHead(404).end();
    else response.end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

Deno.test("install.sh installs from a folder, says what to do about the PATH, and updates", async () => {
  using release = new Release();
  release.pack("1.0.0");
  const first = await release.install(["--from", release.folder]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^car-mcp 1\.0\.0 is in /);
  assert.ok(first.stdout.includes(`export PATH="${join(release.prefix, "bin")}:$PATH"`));
  release.assertHas("1.0.0");
  release.pack("1.1.0");
  const path = `${join(release.prefix, "bin")}:${process.env["PATH"]}`;
  const second = await release.install(["--from", release.folder, "--version", "1.1.0"], path);
  assert.equal(second.code, 0, second.stderr);
  assert.doesNotMatch(second.stdout, /PATH/);
  release.assertHas("1.1.0");
});

Deno.test("install.sh installs from a URL, of a folder and of an archive", async () => {
  using release = new Release();
  const archive = release.pack("1.0.0");
  await served(release.folder, async (url) => {
    const byFolder = await release.install(["--from", url]);
    assert.equal(byFolder.code, 0, byFolder.stderr);
    release.assertHas("1.0.0");
    const byArchive = await release.install(["--from", `${url}/${archive}`]);
    assert.equal(byArchive.code, 0, byArchive.stderr);
    const missing = await release.install(["--from", `${url}/elsewhere`]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^install\.sh: Cannot fetch .*elsewhere\/SHA256SUMS$/m);
  });
});

Deno.test("install.sh takes the place of the releases from the environment, too", async () => {
  using release = new Release();
  release.pack("1.0.0");
  const environment = { CAR_MCP_RELEASES: release.folder };
  const installed = await run([INSTALLER, "--prefix", release.prefix], environment);
  assert.equal(installed.code, 0, installed.stderr);
  release.assertHas("1.0.0");
});

Deno.test("install.sh refuses an archive that was changed, and keeps what is there", async () => {
  using release = new Release();
  release.pack("1.0.0");
  await release.install(["--from", release.folder]);
  const archive = release.pack("1.1.0");
  appendFileSync(join(release.folder, archive), "x");
  const refused = await release.install(["--from", release.folder, "--version", "1.1.0"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is not what SHA256SUMS says; nothing was installed/);
  release.assertHas("1.0.0");
});

Deno.test("install.sh refuses an archive that SHA256SUMS does not name", async () => {
  using release = new Release();
  const archive = release.pack("1.0.0");
  writeFileSync(join(release.folder, "SHA256SUMS"), `${"0".repeat(64)}  other-${archive}\n`);
  const refused = await release.install(["--from", join(release.folder, archive)]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /SHA256SUMS does not name car-mcp-1\.0\.0/);
  assert.equal(existsSync(release.program), false);
});

Deno.test("install.sh refuses a program that does not run here, and keeps what is there", async () => {
  using release = new Release();
  release.pack("1.0.0");
  await release.install(["--from", release.folder]);
  release.pack("2.0.0", "#!/bin/sh\nexit 126\n");
  const refused = await release.install(["--from", release.folder, "--version", "2.0.0"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /does not run on this system; nothing was installed/);
  release.assertHas("1.0.0");
});

Deno.test("install.sh wants one version where there are several, and one that is there", async () => {
  using release = new Release();
  release.pack("1.0.0");
  release.pack("1.1.0");
  const several = await release.install(["--from", release.folder]);
  assert.equal(several.code, 1);
  assert.match(several.stderr, /several for .*--version:\n.*1\.0\.0.*\n.*1\.1\.0/);
  const none = await release.install(["--from", release.folder, "--version", "1.0"]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /There is no archive of version 1\.0 for/);
});

Deno.test("install.sh takes no archive of another version than was asked for", async () => {
  using release = new Release();
  const from = join(release.folder, release.pack("1.0.0-rc.1"));
  for (const wrong of ["1.0.1", "1.0", "1.0.0"]) {
    const refused = await release.install(["--from", from, "--version", wrong]);
    assert.equal(refused.code, 1, wrong);
    assert.match(refused.stderr, /is not version .*nothing was installed/);
    assert.ok(!existsSync(release.program));
  }
  const taken = await release.install(["--from", from, "--version", "1.0.0-rc.1"]);
  assert.equal(taken.code, 0, taken.stderr);
  release.assertHas("1.0.0-rc.1");
});

Deno.test("install.sh knows for which systems there is no release", async () => {
  using release = new Release();
  release.pack("1.0.0", undefined, "plan9-x64");
  const other = await release.install(["--from", release.folder]);
  assert.match(other.stderr, new RegExp(`no archive for ${SYSTEM} in`));
  const commands = release.command("uname", "#!/bin/sh\necho Plan9\n");
  const path = `${commands}:${process.env["PATH"]}`;
  const unknown = await release.install(["--from", release.folder], path);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /There is no release for Plan9; run car-mcp from its source/);
});

const MISUSED: readonly (readonly [readonly string[], number, RegExp])[] = [
  [[], 2, /Say where the release is: --from PLACE/],
  [["--from"], 2, /--from wants a value/],
  [["--from", ""], 2, /--from wants a value/],
  [["--form", "x"], 2, /Unknown option "--form"/],
  [["--from", "http://car.example/releases"], 1, /neither a folder nor an https URL/],
  [["--from", "http://127.0.0.1.example/x"], 1, /neither a folder nor an https URL/],
  [["--from", "http://127.0.0.1:80@car.example/x"], 1, /must not hold a user/],
  [["--from", "/no/such/folder"], 1, /There is no "\/no\/such\/folder"/],
  [["--from", "/", "--prefix", "here"], 2, /must be an absolute path, not "here"/],
];

for (const [args, code, words] of MISUSED) {
  Deno.test(`install.sh ${args.join(" ")} ends with ${code} and installs nothing`, async () => {
    using release = new Release();
    const refused = await release.install(args);
    assert.equal(refused.code, code);
    assert.match(refused.stderr, words);
    assert.equal(existsSync(release.program), false);
  });
}

Deno.test("install.sh does nothing when it was cut off on its way", async () => {
  using release = new Release();
  release.pack("1.0.0");
  const script = readFileSync(INSTALLER, "utf8");
  const cut = join(release.folder, "cut.sh");
  const lines = script.trimEnd().split("\n");
  for (let kept = 1; kept < lines.length; kept++) {
    writeFileSync(cut, lines.slice(0, kept).join("\n"));
    await run([cut, "--prefix", release.prefix, "--from", release.folder]);
    assert.equal(existsSync(release.prefix), false, `${kept} lines`);
  }
});
