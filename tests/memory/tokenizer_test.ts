import assert from "node:assert/strict";
import { stemOf } from "../../src/memory/stemmer.ts";
import { createTokenizer } from "../../src/memory/tokenizer.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

function keys(text: string, use: "fact" | "query" = "fact"): readonly string[] {
  return createTokenizer().terms(text, use).map((term) => term.key);
}

const STEMS: readonly (readonly string[])[] = [
  ["deploy", "deploys", "deployed", "deploying"],
  ["run", "runs", "running", "ran"],
  ["hope", "hoped", "hoping", "hopes"],
  ["hop", "hopped", "hopping"],
  ["policy", "policies"],
  ["configuration", "configurations", "configure", "configured"],
  ["index", "indexes", "indexed", "indices"],
  ["write", "wrote", "written", "writing", "writes"],
  ["person", "people", "persons"],
  ["national", "nationally"],
  ["fulfil", "fulfils"],
  ["useful", "usefulness", "usefully"],
];

for (const forms of STEMS) {
  Deno.test(`stemOf() brings ${forms.join(", ")} together`, () => {
    assert.deepEqual([...new Set(forms.map(stemOf))].length, 1, String(forms.map(stemOf)));
  });
}

Deno.test("stemOf() keeps short words and different words apart", () => {
  assert.deepEqual(["a", "is", "us", "gas", "this", "bus"].map(stemOf), [
    "a",
    "is",
    "us",
    "gas",
    "this",
    "bus",
  ]);
  assert.notEqual(stemOf("general"), stemOf("generate"));
});

Deno.test("terms() gives identifiers whole and in parts", () => {
  assert.deepEqual(keys("getUserById"), ["getuserbyid", "get", "user", "by", "id"]);
  assert.deepEqual(keys("E-4012"), ["e", "4012", "e-4012"]);
  assert.deepEqual(keys("src/http/app.ts"), ["src", "http", "app", "ts", "src/http/app.ts"]);
  assert.deepEqual(keys("HTTPServer sha256 APIs"), [
    "httpserver",
    "http",
    "server",
    "sha256",
    "sha",
    "256",
    "api",
  ]);
});

Deno.test("terms() folds case, accents, wide forms and apostrophes", () => {
  assert.deepEqual(keys("ÉCOLE Straße Ｗｉｄｅ İ user’s don't"), [
    "ecol",
    "strass",
    "wide",
    "i",
    "user",
    "dont",
  ]);
});

Deno.test("terms() gives pairs of characters where the script has no spaces", () => {
  assert.deepEqual(keys("保险库", "query"), ["保险", "险库"]);
  assert.deepEqual(keys("保险库"), ["保", "险", "库", "保险", "险库"]);
  assert.deepEqual(keys("ラーメン", "query"), ["ラー", "ーメ", "メン"]);
  assert.deepEqual(keys("한국어 단어"), ["한국어", "단어"]);
  assert.deepEqual(keys("𠮷野", "query"), ["𠮷野"]);
});

Deno.test("terms() takes any text without a fault", () => {
  for (
    const text of ["", "\0", "\ud83d", "\udc00a", "---", "a-", "-a", "́", "🔑🔑", "x".repeat(9_999)]
  ) {
    assert.ok(Array.isArray(keys(text)), JSON.stringify(text));
  }
  assert.deepEqual(keys("x".repeat(65)), []);
  assert.equal(keys("x".repeat(64)).length, 1);
});

Deno.test("terms() marks stop words and exact forms", () => {
  const [the, keysTerm] = createTokenizer().terms("the keys", "query");
  assert.ok(the?.isStop);
  assert.equal(the.exactKey, undefined);
  assert.deepEqual([keysTerm?.key, keysTerm?.exactKey, keysTerm?.word], ["key", "=keys", "keys"]);
});

Deno.test("terms() marks what Chinese builds its questions and sentences with", () => {
  const terms = createTokenizer().terms("他什么时候没有来", "query");
  const marked = terms.filter(({ isStop }) => isStop).map(({ key }) => key);
  assert.deepEqual(marked, ["什么", "么时", "时候"]);
  assert.ok(terms.every(({ isStop, isName }) => isStop !== isName));
  assert.ok(createTokenizer().terms("甚麼", "fact").at(-1)?.isStop);
});

const SEED = testSeed();
// What texts are made of, and what could be cut in the wrong place.
const PARTS = [
  "word",
  "getUserById",
  "É",
  "東",
  "京都",
  "\u{20000}",
  "ไทย",
  "e\u0301",
  "9102",
  "-",
  "/",
  ".",
];

Deno.test(`pieces() gives together what terms() gives, seed ${SEED}`, () => {
  const below = seededRandom(SEED);
  for (let round = 0; round < 60; round++) {
    // Long runs of few parts: only they go on from one piece to the next.
    const parts = Array.from({ length: 1 + below(3) }, () => PARTS[below(PARTS.length)] ?? "");
    const gap = [" ", "", "-", ", "][below(4)] ?? "";
    const text = Array.from({ length: below(3_000) }, () => parts[below(parts.length)]).join(gap);
    for (const use of ["fact", "query"] as const) {
      const tokenizer = createTokenizer();
      const pieces = [...tokenizer.pieces(text, use)];
      assert.deepEqual(
        pieces.flat(),
        tokenizer.terms(text, use),
        JSON.stringify([parts, gap, use]),
      );
    }
  }
});

Deno.test("pieces() are short, and terms() of a long run has each pair once", () => {
  const text = Array.from({ length: 3_000 }, (_, at) => String.fromCodePoint(0x20000 + at)).join(
    "",
  );
  const { terms, pieces } = createTokenizer();
  const found = [...pieces(text, "fact")];
  assert.ok(
    found.every(({ length }) => length <= 1_024),
    String(found.map(({ length }) => length)),
  );
  const keys = terms(text, "fact").map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keys.length, 2 * 3_000 - 1);
  assert.equal(terms(text, "query").length, 2_999);
  const joined = "ab-".repeat(3_000);
  assert.ok([...pieces(joined, "fact")].every(({ length }) => length <= 1_024));
  assert.equal(terms(joined, "fact").length, 3_000);
});
