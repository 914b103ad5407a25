import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectNamespace } from "../../src/cli/_project_namespace.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** A repository whose configuration names these remotes. */
function repository(root: string, remotes: Readonly<Record<string, string>>): string {
  mkdirSync(join(root, ".git"), { recursive: true });
  const sections = Object.entries(remotes).map(([name, url]) =>
    `[remote "${name}"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/${name}/*\n`
  );
  writeFileSync(join(root, ".git", "config"), `[core]\n\tbare = false\n${sections.join("")}`);
  return root;
}

Deno.test("projectNamespace() is the remote of the repository, however it is written", () => {
  using folder = tempHome();
  const addresses = [
    "https://github.com/ada/engine.git",
    "https://token:secret@GitHub.com/ada/engine",
    "ssh://git@github.com:22/ada/engine.git",
    "git@github.com:ada/engine.git",
    "github.com:ada/engine/",
  ];
  for (const [at, url] of addresses.entries()) {
    const root = repository(join(folder.path, `r${at}`), { origin: url });
    const inside = join(root, "src", "deep");
    mkdirSync(inside, { recursive: true });
    assert.equal(projectNamespace(inside), "github.com/ada/engine", url);
  }
});

Deno.test("projectNamespace() takes origin before other remotes, and those before none", () => {
  using folder = tempHome();
  const [a, b] = ["git@host.example:a/a", "git@host.example:b/b"];
  const both = repository(join(folder.path, "both"), { fork: b, origin: a });
  assert.equal(projectNamespace(both), "host.example/a/a");
  const one = repository(join(folder.path, "one"), { fork: b });
  assert.equal(projectNamespace(one), "host.example/b/b");
});

Deno.test("projectNamespace() names a repository without a remote by its folder and path", () => {
  using folder = tempHome();
  const one = repository(join(folder.path, "one", "my project"), {});
  const other = repository(join(folder.path, "other", "my project"), { origin: "/srv/git/x" });
  assert.match(projectNamespace(one), /^my-project-[0-9a-f]{8}$/);
  assert.match(projectNamespace(other), /^my-project-[0-9a-f]{8}$/);
  assert.notEqual(projectNamespace(one), projectNamespace(other));
});

Deno.test("projectNamespace() is the same in a worktree", () => {
  using folder = tempHome();
  const main = repository(join(folder.path, "main"), { origin: "git@host.example:a/b" });
  const linked = join(main, ".git", "worktrees", "w");
  mkdirSync(linked, { recursive: true });
  writeFileSync(join(linked, "commondir"), "../..\n");
  const worktree = join(folder.path, "w");
  mkdirSync(worktree);
  writeFileSync(join(worktree, ".git"), `gitdir: ${linked}\n`);
  assert.equal(projectNamespace(worktree), "host.example/a/b");
});

Deno.test("projectNamespace() is default outside of any repository", () => {
  using folder = tempHome();
  assert.equal(projectNamespace(folder.path), "default");
});
