// Texts of facts and queries: any text gives terms soon, the same ones each time, and none that is empty.

import assert from "node:assert/strict";
import { composed, withoutLongRuns } from "../../../src/base/normal_form.ts";
import { scanJson } from "../../../src/base/json_scan.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { type FuzzTarget, TAKEN, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import { randomText } from "../random_inputs.ts";

const CORPUS = [
  "The deploys of getUserById ran Café E-4012 src/app.ts 9102 東京 didn't hoping",
  "snake_case_name HTTPServer2 v1.2.3-rc.1 https://a.example/b?c=d#e ñandú's l’été",
  "한국어 조사 กขค ﬁ ǆ ſ İi 𝒳 👩‍👩‍👧 e\u0301\u0301\u0301",
];
const SCRAPS = [
  "'s",
  "’",
  "_",
  "-",
  ".",
  "/",
  "\u0301",
  "\u200d",
  "aaaa",
  "東",
  "가",
  "İ",
  "ſ",
  "٣",
];

/** From a text to its terms. */
export const TEXTS: FuzzTarget = {
  name: "texts",
  promise: "a tokenizer gives terms of any text, the same each time",
  suiteInputs: 3_000,
  outcomes: [TAKEN, "none"],
  generate: (random) =>
    random(16) === 0
      ? new Uint8Array()
      : mutated(random, { corpus: [...CORPUS, randomText(random, 40)], scraps: SCRAPS }),
  open() {
    const kept = createTokenizer();
    return {
      check(input) {
        const text = textOf(input);
        withoutLongRuns(text);
        composed(text, 100);
        scanJson(text, { depthMax: 64, valuesMax: 1_000 });
        const terms = kept.terms(text, "fact");
        assert.deepEqual(createTokenizer().terms(text, "fact"), terms);
        for (const { key, word } of terms) assert.ok(key !== "" && word !== "");
        const asked = kept.terms(text, "query");
        return asked.length > 0 ? TAKEN : "none";
      },
    };
  },
};
