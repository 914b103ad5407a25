// Policies as real files, read on the runtime of the tests.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CarError } from "../../src/base/errors.ts";
import { policyFolders } from "../../src/storage/policy_folders.ts";
import { tempHome } from "../helpers/temp_home.ts";

const LIMITS = { policyFileBytesMax: 1_000, policyFilesMax: 3 };
const files = policyFolders(LIMITS);

/** A temporary folder by its real name. */
function realHome(): { readonly path: string } & Disposable {
  const home = tempHome();
  return { path: realpathSync(home.path), [Symbol.dispose]: () => home[Symbol.dispose]() };
}

function assertFault(run: () => unknown, complaint: RegExp): void {
  assert.throws(run, (thrown) => {
    assert.ok(thrown instanceof CarError && thrown.code === "config_invalid");
    assert.match(thrown.message, complaint);
    return true;
  });
}

Deno.test("read() gives the files that end in .toml, by name", () => {
  using home = realHome();
  for (const name of ["b.toml", "a.toml", "notes.txt", "c.toml~"]) {
    writeFileSync(join(home.path, name), `# ${name} é`);
  }
  assert.deepEqual(files.read(home.path), {
    path: home.path,
    exists: true,
    files: ["a.toml", "b.toml"].map((name) => ({
      path: join(home.path, name),
      text: `# ${name} é`,
    })),
  });
});

Deno.test("read() tells a folder that does not exist from an empty one", () => {
  using home = realHome();
  assert.equal(files.read(home.path).exists, true);
  assert.equal(files.read(join(home.path, "none")).exists, false);
});

Deno.test("read() refuses what cannot be a file of policies, each by its path", () => {
  using home = realHome();
  const path = join(home.path, "a.toml");
  writeFileSync(path, "x".repeat(1_001));
  assertFault(() => files.read(home.path), /a\.toml has 1001 bytes, at most 1000 are allowed/);
  writeFileSync(path, new Uint8Array([0x61, 0xff]));
  assertFault(() => files.read(home.path), /a\.toml is not UTF-8/);
  rmSync(path);
  mkdirSync(path);
  assertFault(() => files.read(home.path), /a\.toml is not a file/);
  rmSync(path, { recursive: true });
  symlinkSync("nowhere", path);
  assertFault(() => files.read(home.path), /Cannot read the policy file .*a\.toml/);
  rmSync(path);
  // Opening a pipe would wait for somebody to write into it.
  execFileSync("mkfifo", [path]);
  assertFault(() => files.read(home.path), /a\.toml is not a file/);
});

Deno.test("read() refuses too many files, and a folder that is none", () => {
  using home = realHome();
  for (const name of ["a", "b", "c", "d"]) writeFileSync(join(home.path, `${name}.toml`), "");
  assertFault(() => files.read(home.path), /has 4 files, at most 3 are allowed/);
  assertFault(() => files.read(join(home.path, "a.toml")), /Cannot read the policy folder/);
});

Deno.test("stampOf() changes with every change of a file, and only then", () => {
  using home = realHome();
  const folders = [join(home.path, "p"), join(home.path, "none")];
  const path = join(home.path, "p", "a.toml");
  const stamps = [files.stampOf(folders)];
  const after = (change: () => void) => {
    change();
    stamps.push(files.stampOf(folders));
  };
  after(() => mkdirSync(join(home.path, "p")));
  after(() => writeFileSync(path, "x = 1"));
  after(() => writeFileSync(path, "x = 12"));
  after(() => {
    writeFileSync(`${path}.new`, "x = 34");
    renameSync(`${path}.new`, path);
  });
  after(() => renameSync(path, join(home.path, "p", "b.toml")));
  after(() => rmSync(join(home.path, "p", "b.toml")));
  assert.equal(new Set(stamps).size, 6, "an empty folder is there again at the end");
  assert.equal(stamps[1], stamps.at(-1));
  writeFileSync(join(home.path, "p", "notes.txt"), "");
  assert.equal(files.stampOf(folders), stamps.at(-1));
});

Deno.test("projectFolders() goes up to the root of the repository and no further", () => {
  using home = realHome();
  const deep = join(home.path, "repo", "a", "b");
  mkdirSync(deep, { recursive: true });
  mkdirSync(join(home.path, "repo", ".git"));
  const wanted = ["repo", "repo/a", "repo/a/b"].map((path) =>
    join(home.path, path, ".car", "policies")
  );
  assert.deepEqual(files.projectFolders(deep), wanted);
  assert.deepEqual(files.projectFolders(`${deep}/../b/`), wanted);
  assert.deepEqual(files.projectFolders(join(home.path, "repo")), wanted.slice(0, 1));
});

Deno.test("projectFolders() takes a file named .git for the root of a work tree", () => {
  using home = realHome();
  mkdirSync(join(home.path, "tree", "a"), { recursive: true });
  writeFileSync(join(home.path, "tree", ".git"), "gitdir: elsewhere");
  const found = files.projectFolders(join(home.path, "tree", "a"));
  assert.equal(found?.[0], join(home.path, "tree", ".car", "policies"));
});

Deno.test("projectFolders() goes up to the root of the file system without a repository", () => {
  using home = realHome();
  const found = files.projectFolders(home.path);
  assert.equal(found?.[0], "/.car/policies");
  assert.equal(found?.at(-1), join(home.path, ".car", "policies"));
});

Deno.test("projectFolders() looks behind links, so that none leads past a rule", () => {
  using home = realHome();
  mkdirSync(join(home.path, "repo", ".git"), { recursive: true });
  mkdirSync(join(home.path, "repo", "a"));
  symlinkSync(join(home.path, "repo", "a"), join(home.path, "link"));
  assert.deepEqual(
    files.projectFolders(join(home.path, "link")),
    files.projectFolders(join(home.path, "repo", "a")),
  );
});

Deno.test("projectFolders() knows nothing of what is no folder", () => {
  using home = realHome();
  writeFileSync(join(home.path, "file"), "");
  symlinkSync("loop", join(home.path, "loop"));
  for (const name of ["file", "none", "loop", "a\0b"]) {
    assert.equal(files.projectFolders(join(home.path, name)), undefined, name);
  }
  const deep = join(home.path, ...Array.from({ length: 130 }, () => "d"));
  mkdirSync(deep, { recursive: true });
  assert.equal(files.projectFolders(deep), undefined);
});

Deno.test({
  name: "read() refuses a file that it may not read",
  // Root may read everything.
  ignore: Deno.uid() === 0,
  fn() {
    using home = realHome();
    const path = join(home.path, "a.toml");
    writeFileSync(path, "");
    chmodSync(path, 0);
    assertFault(() => files.read(home.path), /Cannot read the policy file/);
  },
});
