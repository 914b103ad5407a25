import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TokenRecord } from "../../src/auth/token_record.ts";
import { createTokenFile } from "../../src/storage/token_file.ts";
import { readLocalToken } from "../../src/storage/local_token.ts";
import { ensureLocalToken } from "../../src/storage/local_token_made.ts";
import { tempHome } from "../helpers/temp_home.ts";

function record(id: string, more: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id,
    hash: "ab".repeat(32),
    principal: "ann",
    roles: ["admin"],
    permissions: ["tools:call"],
    namespaces: undefined,
    createdMs: Date.parse("2026-01-02T03:04:05.678Z"),
    expiresMs: undefined,
    ...more,
  };
}

Deno.test("createTokenFile() reads what was written, also by another process", () => {
  using home = tempHome();
  const path = join(home.path, "tokens.toml");
  const file = createTokenFile({ path, tokensMax: 10 });
  const other = createTokenFile({ path, tokensMax: 10 });
  assert.equal(file.read().size, 0);
  const first = record("000000000001", { namespaces: ["web", "team/*"], expiresMs: 1e12 });
  other.update(() => [first]);
  assert.deepEqual([...file.read().values()], [first]);
  file.update((records) => [...records.values(), record("000000000002")]);
  assert.deepEqual([...other.read().keys()], ["000000000001", "000000000002"]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  other.update(() => []);
  assert.equal(file.read().size, 0);
});

Deno.test("createTokenFile() gives the same map as long as nothing changes", () => {
  using home = tempHome();
  const path = join(home.path, "tokens.toml");
  const file = createTokenFile({ path, tokensMax: 10 });
  file.update(() => [record("000000000001")]);
  assert.equal(file.read(), file.read());
});

Deno.test("createTokenFile() refuses one token too many, and keeps the others", () => {
  using home = tempHome();
  const file = createTokenFile({ path: join(home.path, "tokens.toml"), tokensMax: 1 });
  file.update(() => [record("000000000001")]);
  assert.throws(
    () => file.update((records) => [...records.values(), record("000000000002")]),
    { code: "limit_reached" },
  );
  assert.equal(file.read().size, 1);
});

Deno.test("createTokenFile() refuses a file that is not in order, with its line and no content", () => {
  using home = tempHome();
  const path = join(home.path, "tokens.toml");
  const file = createTokenFile({ path, tokensMax: 10 });
  file.update(() => [record("000000000001")]);
  const text = readFileSync(path, "utf8");
  const wrong = [
    text.replace("ab".repeat(32), "xyz"),
    text.replace("principal", "principle"),
    `${text}\n${text.slice(text.indexOf("[[token]]"))}`,
    `${text}\nthis is [not toml`,
    text.replace("000000000001", "../../etc"),
  ];
  for (const each of wrong) {
    writeFileSync(path, each, { mode: 0o600 });
    assert.throws(() => file.read(), { code: "config_invalid" }, each);
    assert.throws(() => file.read(), (thrown: Error) => !thrown.message.includes("abab"));
  }
});

Deno.test("createTokenFile() reads no file that others can read", () => {
  using home = tempHome();
  const path = join(home.path, "tokens.toml");
  const file = createTokenFile({ path, tokensMax: 10 });
  file.update(() => [record("000000000001")]);
  chmodSync(path, 0o644);
  assert.throws(() => file.read(), /mode must be 600/);
});

Deno.test("ensureLocalToken() makes a token once, for its owner alone", () => {
  using home = tempHome();
  const path = join(home.path, "local.token");
  assert.equal(readLocalToken(path), undefined);
  const token = ensureLocalToken(path);
  assert.equal(ensureLocalToken(path), token);
  assert.equal(readLocalToken(path), token);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  chmodSync(path, 0o640);
  assert.throws(() => readLocalToken(path), { code: "home_unusable" });
});
