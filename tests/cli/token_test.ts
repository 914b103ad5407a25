import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProcess } from "../helpers/process.ts";
import { DENO } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

function token(home: string, ...args: string[]) {
  return runProcess({ runtime: DENO, args: ["token", ...args, "--home", home] });
}

Deno.test("token create shows a token once, and keeps its hash alone", async () => {
  using home = tempHome();
  const created = await token(
    home.path,
    "create",
    "ann",
    ...["--role", "admin", "--namespace", "web", "--namespace", "shared/*", "--expires", "30d"],
  );
  assert.equal(created.code, 0, created.stderr);
  assert.match(created.stdout, /^car_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$/);
  assert.match(created.stderr, /auth\.tokens is not true/);
  const secret = created.stdout.trim().slice(-43);
  const kept = readFileSync(join(home.path, "mcp", "tokens.toml"), "utf8");
  assert.ok(!kept.includes(secret));
  const listed = await token(home.path, "list", "--json");
  const [record] = JSON.parse(listed.stdout);
  const { created: at, expires, id, ...rest } = record;
  assert.deepEqual(rest, {
    principal: "ann",
    roles: ["admin"],
    permissions: ["tools:call", "resources:read"],
    namespaces: ["web", "shared/*"],
  });
  assert.equal(Date.parse(expires) - Date.parse(at), 30 * 86_400_000);
  assert.ok(created.stdout.includes(id));
  assert.ok(!listed.stdout.includes(secret));
  const plain = await token(home.path, "list");
  assert.ok(plain.stdout.includes("ann") && !plain.stdout.includes(secret));
});

Deno.test("token revoke takes a token out, and says so of one that is not there", async () => {
  using home = tempHome();
  const made = await token(home.path, "create", "ann", "--json");
  const { id } = JSON.parse(made.stdout);
  const revoked = await token(home.path, "revoke", id);
  assert.equal(revoked.code, 0, revoked.stderr);
  assert.equal((await token(home.path, "list", "--json")).stdout, "[]\n");
  const again = await token(home.path, "revoke", id);
  assert.notEqual(again.code, 0);
  assert.match(again.stderr, /There is no token/);
});

const WRONG: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
  [["create", "local"], /user of this machine/],
  [["create", "two words"], /cannot be a principal/],
  [["create", "jwt:ann"], /cannot be a principal/],
  [["create", "ann", "--role", "a b"], /--role/],
  [["create", "ann", "--permission", ""], /--permission/],
  [["create", "ann", "--namespace", "team/*"], /no \*/],
  [["create", "ann", "--namespace", "../x y"], /--namespace/],
  [["create", "ann", "--expires", "soon"], /--expires/],
  [["create", "ann", "--expires", "0d"], /--expires/],
  [["create", "ann", "--expires", "2127-02-31"], /--expires: .* neither/],
  [["create", "ann", "--expires", "2127-01-31 (soon)"], /--expires: .* neither/],
  [["create", "ann", "--expires", "2001-01-01"], /expired already/],
];

for (const [args, complaint] of WRONG) {
  Deno.test(`token ${args.join(" ")} is refused, and nothing is written`, async () => {
    using home = tempHome();
    const ended = await token(home.path, ...args);
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, complaint);
    assert.equal((await token(home.path, "list", "--json")).stdout, "[]\n");
  });
}

Deno.test("token list ends with 2 where the file is not in order", async () => {
  using home = tempHome();
  await token(home.path, "create", "ann");
  const path = join(home.path, "mcp", "tokens.toml");
  writeFileSync(path, "[[token]]\nid = 1\n", { mode: 0o600 });
  const ended = await token(home.path, "list");
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /tokens\.toml/);
});
