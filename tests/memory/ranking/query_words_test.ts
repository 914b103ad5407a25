import assert from "node:assert/strict";
import { atOnce } from "../../../src/base/in_turns.ts";
import { dateTerms } from "../../../src/memory/text/date_words.ts";
import { queryTerms } from "../../../src/memory/ranking/_query_terms.ts";
import { SimilarWords } from "../../../src/memory/index/similar_words.ts";
import { TextIndex } from "../../../src/memory/index/text_index.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { RandomFacts } from "../_random_facts.ts";
import { openTestMemory, type TestMemory } from "../_test_memory.ts";

const keysOf = (text: string) => dateTerms(text).map(({ key }) => key);

Deno.test("dateTerms() reads dates in the usual ways and leaves verbs alone", () => {
  for (const text of ["8 May 2023", "on May 8th, 2023", "2023-05-08", "the 8th of May 2023"]) {
    assert.deepEqual(new Set(keysOf(text)), new Set(["@may", "@may8", "@2023"]), text);
  }
  for (const text of ["2023年5月8日", "2023 年 05 月 8 号"]) {
    assert.deepEqual(new Set(keysOf(text)), new Set(["@may", "@may8", "@2023"]), text);
  }
  assert.deepEqual(keysOf("12月"), ["@december"]);
  assert.deepEqual(keysOf("15月, 3个月"), []);
  assert.deepEqual(keysOf("since February"), ["@february"]);
  assert.deepEqual(keysOf("Sept 2022"), ["@september", "@2022"]);
  assert.deepEqual(keysOf("it may march on, 8 of 13"), []);
});

async function addAt(memory: TestMemory, id: string, date: string) {
  const validFromMs = Date.parse(date);
  await memory.engine.addFact("default", { id, subject: id, body: "we went out", validFromMs });
}

// Words of 8 to 19 letters that share no run of four.
const LONG_WORDS = Array.from({ length: 12 }, (_, at) => {
  const letters = `${String.fromCharCode(97 + at)}xyzw`;
  return Array.from({ length: 8 + at }, (_, nth) => letters[(nth * nth + at) % 5]).join("");
});

function indexOfWords(words: readonly string[]): TextIndex {
  const index = new TextIndex(createTokenizer());
  const random = new RandomFacts(1);
  for (const [at, body] of words.entries()) index.put({ ...random.row(at), body });
  return index;
}

Deno.test("queryTerms() looks for words like the eight longest unknown ones", () => {
  const index = indexOfWords(["anything"]);
  const asked: string[] = [];
  index.similarTo = (key) => {
    asked.push(key);
    return [];
  };
  const text = [...LONG_WORDS, "anything", "x".repeat(33), "E-4012", LONG_WORDS[3]].join(" ");
  queryTerms(index, createTokenizer().terms(text, "query"));
  const keys = LONG_WORDS.flatMap((word) => createTokenizer().terms(word, "query"))
    .map(({ key }) => key);
  assert.deepEqual(new Set(asked), new Set(keys.slice(-8)));
});

Deno.test("similarTo() looks once for a word, and again when the words have changed", () => {
  const index = indexOfWords(["password"]);
  const first = index.similarTo("pasword");
  assert.deepEqual(first.map(({ key }) => key), ["password"]);
  assert.equal(index.similarTo("pasword"), first);
  index.put({ ...new RandomFacts(2).row(99), id: "new", body: "pasword" });
  assert.deepEqual(index.similarTo("pasword").map(({ key }) => key), ["pasword", "password"]);
  atOnce(index.removeUnknown(["new"]));
  assert.deepEqual(index.similarTo("pasword"), first);
});

Deno.test("query() finds a fact by its date in words", async () => {
  await using memory = await openTestMemory();
  await addAt(memory, "spring", "2023-05-08T23:59:59Z");
  await addAt(memory, "summer", "2023-08-05T00:00:00Z");
  const [first] = memory.engine.query("default", { text: "what happened on 8 May 2023", k: 2 });
  assert.deepEqual([first?.id, first?.why], [
    "spring",
    "matches: may (date), may 8 (date), 2023 (date)",
  ]);
  await memory.engine.addFact("default", { subject: "ports", body: "8 connections" });
  const hits = memory.engine.query("default", { text: "8 connections", k: 5 });
  assert.deepEqual(hits.map(({ subject }) => subject), ["ports"]);
});

Deno.test("query() finds a dated fact by its new tags and its date after a merge", async () => {
  await using memory = await openTestMemory();
  await addAt(memory, "spring", "2023-05-08T00:00:00Z");
  await memory.engine.addFact("default", {
    subject: "spring",
    body: "we went out",
    tags: ["trip"],
  });
  for (const text of ["trip", "in May 2023"]) {
    assert.equal(memory.engine.query("default", { text, k: 2 })[0]?.id, "spring", text);
  }
});

for (const typed of ["kuberntes", "databse", "pasword", "conection"]) {
  Deno.test(`query() finds the word that "${typed}" was meant to be, and says so`, async () => {
    await using memory = await openTestMemory();
    const bodies = ["a kubernetes cluster", "the database file", "no password", "one connection"];
    for (const body of bodies) {
      await memory.engine.addFact("default", { subject: body.slice(-4), body });
    }
    const hits = memory.engine.query("default", { text: typed, k: 5 });
    assert.equal(hits.length, 1);
    assert.match(hits[0]?.why ?? "", new RegExp(`like ${typed}`));
  });
}

Deno.test("SimilarWords.of() follows a vocabulary that grows and shrinks", () => {
  const vocabulary = new Map([["kubernet", 0], ["=kubernetes", 1], ["12345", 2]]);
  const similar = new SimilarWords(vocabulary);
  const of = (key: string) => similar.of(key).map((word) => word.key);
  assert.deepEqual(of("kubernt"), ["kubernet"]);
  vocabulary.set("kuberntz", 3);
  similar.add("kuberntz");
  assert.deepEqual(of("kubernt"), ["kuberntz", "kubernet"]);
  vocabulary.delete("kubernet");
  assert.deepEqual(of("kubernt"), ["kuberntz"]);
  assert.deepEqual([of("12346"), of("xyz"), of("zebra")], [[], [], []]);
});

Deno.test("SimilarWords.prepare() takes in the words that come and go while it pauses", () => {
  const words = Array.from({ length: 2_000 }, (_, at) => {
    const letters = [at % 26, Math.floor(at / 26) % 26, Math.floor(at / 676)];
    return `word${letters.map((letter) => String.fromCharCode(97 + letter)).join("")}`;
  });
  const vocabulary = new Map(words.map((word, at) => [word, at]));
  const similar = new SimilarWords(vocabulary);
  assert.ok(similar.isMissingFor("kuberntes"));
  const steps = similar.prepare();
  assert.equal(steps.next().done, false);
  vocabulary.set("kubernetes", 9_999);
  similar.add("kubernetes");
  vocabulary.delete(words[1_999] ?? "");
  while (steps.next().done !== true);
  assert.equal(similar.isMissingFor("kuberntes"), false);
  assert.deepEqual(similar.of("kuberntes").map(({ key }) => key), ["kubernetes"]);
  assert.equal(similar.of("wordxyca").some(({ key }) => key === words[1_999]), false);
});

Deno.test("why names in one pair of brackets what a word is like and that it is in the subject", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { subject: "Kubernetes", body: "runs the jobs" });
  const [hit] = memory.engine.query("default", { text: "kuberntes", k: 1 });
  assert.equal(hit?.why, "matches: kubernet (like kuberntes, subject)");
});

Deno.test("queryTerms() halves what words of measure are worth", () => {
  const index = indexOfWords(["many different kinds", "green tea", "black tea"]);
  const weightsOf = (text: string) =>
    new Map(
      queryTerms(index, createTokenizer().terms(text, "query")).map((term) => [
        term.key,
        term.weight,
      ]),
    );
  const weights = weightsOf("how many different kinds of green tea");
  const green = weights.get("green") ?? 0;
  assert.ok(green > 0);
  for (const word of ["mani", "differ", "kind"]) assert.equal(weights.get(word), green / 2, word);
  assert.ok(weightsOf("how many").size > 0, "a question of nothing else still finds something");
});

Deno.test("query() takes what is counted for more than the words of counting", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  await engine.addFact("default", { id: "tea", subject: "pantry", body: "oolong leaves" });
  await engine.addFact("default", {
    id: "other",
    subject: "errand",
    body: "many leaves",
  });
  const [first] = engine.query("default", { text: "How many oolong?", k: 2 });
  assert.equal(first?.id, "tea");
});
