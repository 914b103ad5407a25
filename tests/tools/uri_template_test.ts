import assert from "node:assert/strict";
import { compileUriTemplate } from "../../src/tools/uri_template.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const FACT = compileUriTemplate("car://memory/fact/{id}");
const DATA = compileUriTemplate("test://{group}/of/{id}/data");

Deno.test("match() gives the values of a URI that fits, decoded", () => {
  assert.deepEqual(FACT.match("car://memory/fact/f-1"), { id: "f-1" });
  assert.deepEqual(FACT.match("car://memory/fact/a%2Fb%20%3F%23%25"), { id: "a/b ?#%" });
  assert.deepEqual(FACT.match("car://memory/fact/a/b"), { id: "a/b" });
  assert.deepEqual(FACT.match("car://memory/fact/gr%C3%BC%C3%9F"), { id: "grüß" });
  assert.deepEqual(DATA.match("test://a/of/7/data"), { group: "a", id: "7" });
});

Deno.test("match() fits nothing else", () => {
  const others = [
    ...["car://memory/fact/", "car://memory/fact", "car://memory/facts/1", "CAR://memory/fact/1"],
    ...["car://memory/fact/a?b", "car://memory/fact/a#b", "car://memory/fact/%", "", " "],
    ...["car://memory/fact/%ff", "car://memory/fact/%zz"],
  ];
  for (const uri of others) assert.equal(FACT.match(uri), undefined, uri);
  const data = ["test:///of/7/data", "test://a/of//data", "test://a/of/7/dat", "test://a/of/data"];
  for (const uri of data) assert.equal(DATA.match(uri), undefined, uri);
});

Deno.test("match() gives back what expand() was given", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const alphabet = [..."aZ09-_.~/?#%{}+&= \u00e9\u4e2d\u{1f30d}\"'"];
  for (let round = 0; round < 2_000; round++) {
    const text = () =>
      Array.from(
        { length: 1 + random(12) },
        () => alphabet[random(alphabet.length)],
      ).join("");
    const values = { group: text(), id: text() };
    const uri = DATA.expand(values);
    assert.match(uri, /^[\x21-\x7e]+$/);
    assert.deepEqual(DATA.match(uri), values, `seed ${seed}: ${uri}`);
  }
});

Deno.test("compileUriTemplate() takes no template that it could not match", () => {
  for (const text of ["a://b", "a://{}", "a://{x}{y}", "a://{x}/{x}", "a://{+x}", "a://{x"]) {
    assert.throws(() => compileUriTemplate(text), /Broken invariant/, text);
  }
});
