// The keys of an installation: one for all its processes, private, changed in time, and never in the way
// of a start.

import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sealer, type SealingKeys } from "../../src/auth/sealer.ts";
import { KEY_OPENS_MS, KEY_SEALS_MS, openStateKeys } from "../../src/storage/state_key.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { runProcess } from "../helpers/process.ts";
import { BUN, DENO, type Runtime, testWithBun } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SCRIPT = fileURLToPath(new URL("../helpers/sealing_process.ts", import.meta.url));

interface Opened {
  readonly keys: SealingKeys;
  /** Where damaged files were set aside, one entry each time. */
  readonly setAside: readonly string[];
}

function open(path: string, clock = new FakeClock()): Opened {
  const setAside: string[] = [];
  const keys = openStateKeys({ path, clock, onSetAside: (aside) => void setAside.push(aside) });
  return { keys, setAside };
}

const namesIn = (folder: string) => readdirSync(folder).sort();

Deno.test("openStateKeys() makes a key in a file for its owner alone, and keeps it", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const first = open(path).keys.current();
  assert.equal(first.secret.length, 32);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(namesIn(home.path), ["state.key", "state.key.lock"]);
  const again = open(path).keys;
  assert.deepEqual(again.current(), first);
  assert.deepEqual(again.find(first.id), first);
  assert.equal(again.find("other"), undefined);
});

Deno.test("openStateKeys() makes a file private that others could read", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const first = open(path).keys.current();
  chmodSync(path, 0o644);
  assert.deepEqual(open(path).keys.current(), first);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

Deno.test("two installations have different keys", () => {
  using home = tempHome();
  const keys = ["a", "b"].map((name) => open(join(home.path, name)).keys.current());
  assert.notDeepEqual(keys[0]?.secret, keys[1]?.secret);
});

Deno.test("a key seals for its time and opens for a while longer", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const clock = new FakeClock();
  const { keys } = open(path, clock);
  const first = keys.current();
  clock.advance(KEY_SEALS_MS - 1);
  assert.equal(keys.current().id, first.id);
  clock.advance(1);
  const second = keys.current();
  assert.notEqual(second.id, first.id);
  assert.notDeepEqual(second.secret, first.secret);
  clock.advance(KEY_OPENS_MS - 1);
  assert.deepEqual(keys.find(first.id), first);
  clock.advance(1);
  assert.equal(keys.find(first.id), undefined);
  assert.equal(keys.current().id, second.id);
});

Deno.test("a key that opens no more leaves the file when the next one is made", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const clock = new FakeClock();
  const { keys } = open(path, clock);
  const first = keys.current();
  clock.advance(KEY_SEALS_MS);
  const second = keys.current();
  clock.advance(KEY_SEALS_MS);
  const third = keys.current();
  const file = JSON.parse(readFileSync(path, "utf8"));
  assert.deepEqual(file.keys.map(({ id }: { id: string }) => id), [third.id, second.id]);
  assert.ok(!readFileSync(path, "utf8").includes(first.id));
});

Deno.test("a key that nobody sealed with for long opens no longer than any other", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const clock = new FakeClock();
  const { keys } = open(path, clock);
  const first = keys.current();
  clock.advance(KEY_SEALS_MS + KEY_OPENS_MS);
  assert.equal(keys.find(first.id), undefined);
});

Deno.test("a clock that was set back does not keep a key of the future in use", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const late = open(path, new FakeClock(Date.UTC(2050, 0, 1))).keys.current();
  const { keys } = open(path, new FakeClock(Date.UTC(2026, 0, 1)));
  assert.notEqual(keys.current().id, late.id);
});

Deno.test("what one process seals opens in another that has not heard of the key", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const clock = new FakeClock();
  const [one, other] = [open(path, clock).keys, open(path, clock).keys]
    .map((keys) => new Sealer({ keys, sealedCharsMax: 1_000 }));
  const before = one?.seal("state", "before", "") ?? "";
  clock.advance(KEY_SEALS_MS);
  const after = one?.seal("state", "after", "") ?? "";
  assert.equal(other?.open("state", after, ""), "after");
  assert.equal(other?.open("state", before, ""), "before");
  assert.equal(one?.open("state", other?.seal("state", "back", "") ?? "", ""), "back");
});

const DAMAGES: Readonly<Record<string, string>> = {
  "that is empty": "",
  "that is no JSON": "{",
  "of another shape": "[]",
  "without keys": '{"format":1,"keys":[]}',
  "with a short key":
    '{"format":1,"keys":[{"id":"a","secret":"AAAA","created":"2026-01-01T00:00:00.000Z"}]}',
  "without a format": '{"keys":[]}',
};

for (const [name, text] of Object.entries(DAMAGES)) {
  Deno.test(`openStateKeys() sets a file aside ${name} and begins anew`, () => {
    using home = tempHome();
    const path = join(home.path, "state.key");
    writeFileSync(path, text);
    const { keys, setAside } = open(path);
    assert.deepEqual(setAside, [`${path}.damaged`]);
    assert.equal(readFileSync(`${path}.damaged`, "utf8"), text);
    const again = open(path);
    assert.deepEqual([again.keys.current(), again.setAside], [keys.current(), []]);
  });
}

Deno.test("find() finds nothing but the current key once the file is gone or damaged", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const { keys } = open(path);
  for (const spoil of [() => writeFileSync(path, "{"), () => rmSync(path)]) {
    spoil();
    assert.equal(keys.find("other"), undefined);
    assert.equal(keys.find(keys.current().id)?.id, keys.current().id);
  }
});

Deno.test("openStateKeys() leaves the file of a newer program alone", () => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  writeFileSync(path, '{"format":2}');
  assert.throws(() => open(path), { code: "storage_newer" });
  assert.equal(readFileSync(path, "utf8"), '{"format":2}');
});

Deno.test("openStateKeys() answers home_unusable where there can be no file", () => {
  using home = tempHome();
  mkdirSync(join(home.path, "state.key"));
  for (const name of ["state.key", "none/state.key"]) {
    assert.throws(() => open(join(home.path, name)), { code: "home_unusable" });
  }
});

/** What a process of its own finds, which ends with code 0. */
async function run(runtime: Runtime, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runProcess({ runtime, script: SCRIPT, args });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

for (const text of [undefined, "damaged"]) {
  const found = text === undefined ? "no file" : "a damaged file";
  Deno.test(`processes that start at once and find ${found} agree on one key`, async () => {
    using home = tempHome();
    const path = join(home.path, "state.key");
    if (text !== undefined) writeFileSync(path, text);
    const runtimes = [DENO, BUN ?? DENO, DENO, BUN ?? DENO];
    const all = await Promise.all(runtimes.map((runtime) => run(runtime, path)));
    assert.equal(new Set(all.map(({ key }) => key)).size, 1);
    assert.equal(namesIn(home.path).filter((name) => name.endsWith(".tmp")).length, 0);
  });
}

testWithBun("what one runtime seals, the other one opens, if it was not changed", async (bun) => {
  using home = tempHome();
  const path = join(home.path, "state.key");
  const first = await run(DENO, path);
  const second = await run(bun, path, first.sealed);
  const third = await run(DENO, path, second.sealed);
  assert.deepEqual([first.opened, second.opened.word, third.opened.word], [
    undefined,
    "schön",
    "schön",
  ]);
  assert.deepEqual([first.forged, second.forged], [0, 0]);
});
