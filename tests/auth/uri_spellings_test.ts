import assert from "node:assert/strict";
import { spellingsOf } from "../../src/auth/uri_spellings.ts";

Deno.test("spellingsOf() brings what is written with codes or dots to its plain form", () => {
  const cases: [string, string][] = [
    ["file:///%73ecret/key", "file:///secret/key"],
    ["file:///open/../secret/key", "file:///secret/key"],
    ["file:///open/%2E%2e/secret/key", "file:///secret/key"],
    ["FILE:///secret/key", "file:///secret/key"],
    ["notes://secret%2Fkey", "notes://secret/key"],
    ["no uri at all/%41", "no uri at all/A"],
  ];
  for (const [uri, plain] of cases) assert.ok(spellingsOf({ uri }).includes(plain), uri);
});

Deno.test("spellingsOf() keeps what was sent and what its owner makes of it", () => {
  const both = spellingsOf({ uri: "notes://%", canonical: "notes://%25" });
  assert.ok(both.includes("notes://%") && both.includes("notes://%25"));
});
