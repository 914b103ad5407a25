import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { atOnce } from "../../../src/base/in_turns.ts";
import { TextColumn } from "../../../src/memory/index/_text_column.ts";
import { FieldReader, FieldWriter } from "../../../src/memory/snapshot/snapshot_fields.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";

function restarted(column: TextColumn): TextColumn {
  const out = new FieldWriter();
  atOnce(column.save(out));
  const bytes = Uint8Array.from(Buffer.concat(out.parts));
  const loaded = new TextColumn();
  loaded.load(new FieldReader(bytes.buffer, 0));
  return loaded;
}

Deno.test("TextColumn holds what an array holds over starts, additions and removals", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const texts = ["", "a", "b", "ab", "слово", "\ud800", "é"];
  const model: string[] = [];
  let column = new TextColumn();
  for (let step = 0; step < 20_000; step++) {
    // Past the first block of a snapshot, and with starts in between.
    if (step % 3_001 === 3_000) column = restarted(column);
    const number = random(model.length + 1);
    const known = model[number];
    assert.equal(column.at(number), known ?? "", `seed ${seed}, step ${step}`);
    assert.equal(column.isFilled(number), (known ?? "") !== "", `seed ${seed}, step ${step}`);
    for (const text of texts) {
      assert.equal(column.isAt(number, text), known === text, `seed ${seed}, step ${step}`);
    }
    if (random(4) === 0 && known !== undefined) {
      column.empty(number);
      model[number] = "";
    } else {
      const text = texts[random(texts.length)] ?? "";
      column.push(text);
      model.push(text);
    }
    assert.equal(column.length, model.length);
  }
  assert.ok(model.length > 8_192, "there are three blocks");
  assert.deepEqual([...restarted(column)], model, `seed ${seed}`);
});
