import assert from "node:assert/strict";
import { minimise } from "../../../scripts/fuzz/_minimise.ts";
import { bytesOf, textOf } from "../../fuzz/fuzz_target.ts";

const failsWith = (wanted: RegExp) => (input: Uint8Array<ArrayBuffer>) =>
  Promise.resolve(wanted.test(textOf(input)));

Deno.test("minimise() leaves what the failure needs, and makes the rest plain", async () => {
  const input = bytesOf(`${"x".repeat(300)}[{${"y".repeat(300)}]`);
  const smallest = await minimise(input, { fails: failsWith(/\[.*\]/), triesMax: 1_000 });
  assert.equal(textOf(smallest), "[]");
  const longer = await minimise(input, { fails: failsWith(/\[.{3,}\]/), triesMax: 1_000 });
  assert.equal(textOf(longer), "[aaa]");
});

Deno.test("minimise() stops after so many tries with what fails", async () => {
  let tries = 0;
  const input = bytesOf("x".repeat(1_000));
  const smallest = await minimise(input, {
    fails: (one) => Promise.resolve(++tries > 0 && one.length >= 900),
    triesMax: 10,
  });
  assert.equal(tries, 10);
  assert.ok(smallest.length >= 900);
});
