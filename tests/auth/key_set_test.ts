import assert from "node:assert/strict";
import { type FetchedKeys, type KeyFinding, KeySet } from "../../src/auth/key_set.ts";
import type { Eventually } from "../../src/base/eventually.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { type IssuerKey, issuerKey } from "../helpers/fake_issuer.ts";
import { keySource, type TestKeySource } from "../helpers/key_source.ts";

const MINUTE_MS = 60_000;

const FIRST = await issuerKey("ES256", "first");
const SECOND = await issuerKey("ES256", "second");

interface Built {
  readonly clock: FakeClock;
  readonly source: TestKeySource;
  readonly fetched: FetchedKeys["kind"][];
  find(id: string | undefined): Eventually<KeyFinding>;
}

function built(...keys: readonly IssuerKey[]): Built {
  const clock = new FakeClock();
  const source = keySource(...keys);
  const fetched: FetchedKeys["kind"][] = [];
  const onFetched = ({ kind }: FetchedKeys) => void fetched.push(kind);
  const set = new KeySet({ source, clock, onFetched });
  return { clock, source, fetched, find: (id) => set.find({ algorithm: "ES256", id }) };
}

async function kindOf(finding: Eventually<KeyFinding>): Promise<string> {
  return (await finding).kind;
}

Deno.test("KeySet fetches nothing before it is asked, and then once", async () => {
  const { source, find, fetched } = built(FIRST);
  assert.equal(source.fetches, 0);
  assert.equal(await kindOf(find("first")), "key");
  assert.equal(await kindOf(find("first")), "key");
  assert.equal(source.fetches, 1);
  assert.deepEqual(fetched, ["keys"]);
});

Deno.test("KeySet.find() gives a key that is here at once", async () => {
  const { find } = built(FIRST);
  await find("first");
  const found = find("first");
  assert.ok(!(found instanceof Promise));
  assert.equal(found.kind === "key" && found.key.id, "first");
});

Deno.test("KeySet.find() shares one fetch among all who wait mcp:174", async () => {
  const { source, find } = built(FIRST);
  const release = source.hold();
  const waiting = Array.from({ length: 50 }, (_, at) => kindOf(find(at % 2 === 0 ? "first" : "x")));
  release();
  const kinds = await Promise.all(waiting);
  assert.equal(source.fetches, 1);
  assert.deepEqual(new Set(kinds.filter((_, at) => at % 2 === 0)), new Set(["key"]));
  assert.deepEqual(new Set(kinds.filter((_, at) => at % 2 === 1)), new Set(["unknown"]));
});

Deno.test("KeySet fetches at most once a minute for ids that nobody knows mcp:174", async () => {
  const { clock, source, find } = built(FIRST);
  await find("first");
  for (let at = 0; at < 1_000; at++) assert.equal(await kindOf(find(`nobody's ${at}`)), "unknown");
  assert.equal(source.fetches, 1);
  clock.advance(MINUTE_MS - 1);
  await find("nobody's");
  assert.equal(source.fetches, 1);
  clock.advance(1);
  await find("nobody's");
  await find("nobody's");
  assert.equal(source.fetches, 2);
});

Deno.test("KeySet.find() finds a key that came after the last fetch mcp:174", async () => {
  const { clock, source, find } = built(FIRST);
  await find("first");
  source.offer(SECOND);
  assert.equal(await kindOf(find("second")), "unknown");
  clock.advance(MINUTE_MS);
  assert.equal(await kindOf(find("second")), "key");
  assert.equal(await kindOf(find("first")), "unknown");
});

Deno.test("KeySet recovers from a source that is down at the start mcp:174", async () => {
  const { clock, source, find, fetched } = built(FIRST);
  source.fail();
  assert.equal(await kindOf(find("first")), "unavailable");
  source.offer(FIRST);
  assert.equal(await kindOf(find("first")), "unavailable");
  clock.advance(MINUTE_MS);
  assert.equal(await kindOf(find("first")), "key");
  assert.deepEqual(fetched, ["failed", "keys"]);
});

Deno.test("KeySet fetches again beside a key that has become old", async () => {
  const { clock, source, find } = built(FIRST);
  await find("first");
  clock.advance(10 * MINUTE_MS - 1);
  await find("first");
  assert.equal(source.fetches, 1);
  clock.advance(1);
  const release = source.hold();
  const found = find("first");
  assert.ok(!(found instanceof Promise));
  assert.equal(found.kind, "key");
  assert.equal(source.fetches, 2);
  release();
});

Deno.test("KeySet uses its keys for an hour while the source is down, and no longer", async () => {
  const { clock, source, find } = built(FIRST);
  await find("first");
  source.fail();
  clock.advance(60 * MINUTE_MS - 1);
  assert.equal(await kindOf(find("first")), "key");
  // The fetch beside it fails before the hour is over.
  assert.equal(await kindOf(find("nobody's")), "unknown");
  clock.advance(1);
  assert.equal(await kindOf(find("first")), "unavailable");
  assert.equal(source.fetches, 2);
  source.offer(FIRST);
  clock.advance(MINUTE_MS);
  assert.equal(await kindOf(find("first")), "key");
});

Deno.test("KeySet fetches first when its keys are too old after a long rest", async () => {
  const { clock, source, find } = built(FIRST);
  await find("first");
  clock.advance(600 * MINUTE_MS);
  assert.equal(await kindOf(find("first")), "key");
  assert.equal(source.fetches, 2);
});

Deno.test("KeySet takes the only key for a token that names none, and none of several", async () => {
  const { clock, source, find } = built(FIRST);
  assert.equal(await kindOf(find(undefined)), "key");
  source.offer(FIRST, SECOND);
  clock.advance(20 * MINUTE_MS);
  await find("second");
  assert.equal(await kindOf(find(undefined)), "unknown");
});

Deno.test("KeySet keeps a key the same over fetches, and forgets one that was withdrawn", async () => {
  const { clock, source, find } = built(FIRST);
  const before = await find("first");
  source.offer(SECOND, FIRST);
  clock.advance(MINUTE_MS);
  await find("second");
  const after = await find("first");
  assert.ok(before.kind === "key" && after.kind === "key");
  assert.equal(before.key, after.key);
  const other = { ...await issuerKey("ES256", "first") };
  source.offer(other);
  clock.advance(MINUTE_MS);
  assert.equal(await kindOf(find("second")), "key");
  await find("to fetch again");
  const replaced = await find("first");
  assert.ok(replaced.kind === "key");
  assert.notEqual(replaced.key, before.key);
});
