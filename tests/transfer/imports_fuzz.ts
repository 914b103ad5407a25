// Files to import, in our format and in the official memory server's: whatever is left of a damaged one is
// taken line by line or skipped with a reason, and what was taken can be exported and taken again.

import assert from "node:assert/strict";
import { readBoundedLines } from "../../src/base/bounded_lines.ts";
import { CarError } from "../../src/base/errors.ts";
import {
  type Bytes,
  type FuzzTarget,
  type OpenTarget,
  REFUSED,
  TAKEN,
} from "../fuzz/fuzz_target.ts";
import { mutated } from "../fuzz/mutations.ts";
import { openTransferPlace, type TransferPlace } from "./_transfer_place.ts";

// A memory that grows for ever would make every input slower.
const INPUTS_OF_PLACE = 250;

const OWN = `{"format":"car-mcp-memory","version":1,"exported_at":"2026-01-01T00:00:00.000Z"}
{"type":"fact","namespace":"default","id":"a","kind":"pattern","subject":"s","body":"b","tags":["t"],` +
  `"confidence":"high","valid_from":"2026-01-01T00:00:00.000Z","recorded_at":"2026-01-01T00:00:00.000Z",` +
  `"state":"live"}
{"type":"fact","namespace":"default","id":"b","kind":"knowledge","subject":"s","body":"c","confidence":"low",` +
  `"valid_from":"2026-01-01T00:00:00.000Z","recorded_at":"2026-01-02T00:00:00.000Z","state":"live",` +
  `"history":[{"changed_at":"2026-01-01T00:00:00.000Z","body":"old","state":"live"}],"reminded":{"count":2,"last_at":"2026-01-03T00:00:00.000Z"}}
{"type":"edge","namespace":"default","from":"b","to":"a","kind":"depends_on"}
{"type":"status","namespace":"default","body":"busy","updated_at":"2026-01-01T00:00:00.000Z"}
{"type":"erased","namespace":"default","digest":123}
{"type":"skill","namespace":"default","name":"k","version":1,"code":"run","state":"current",` +
  `"success_count":1,"fail_count":0,"recorded_at":"2026-01-01T00:00:00.000Z"}
{"type":"end","lines":6,"unreadable":0}
`;
const GRAPH = `{"type":"entity","name":"Ada","entityType":"person","observations":["Likes tea","é"]}
{"type":"entity","name":"Acme","entityType":"company","observations":[]}
{"type":"relation","from":"Ada","to":"Acme","relationType":"works_at"}
`;
const SCRAPS = [
  ...[
    "{",
    "}",
    "[",
    "]",
    '"',
    ",",
    ":",
    "\n",
    "null",
    '"type":"fact"',
    '"type":"edge"',
    '"id":"a"',
  ],
  ...[
    '"state":"superseded"',
    '"supersedes"',
    '"namespace":"x"',
    '"body":""',
    '"tags":[1]',
    '"version":',
  ],
  ...['"type":"entity"', '"type":"relation"', '"observations":["', "9999-12-31T23:59:59.999Z"],
];

/** Exports of this program. */
export const OWN_IMPORTS: FuzzTarget = {
  name: "own-imports",
  promise:
    "importLines() takes or skips each line of a damaged export, and an export takes it again",
  suiteInputs: 800,
  outcomes: [TAKEN, REFUSED, "skipped"],
  generate: (random) => mutated(random, { corpus: [OWN], scraps: SCRAPS, bytesMax: 16_384 }),
  open,
};

/** Files of the official memory server. */
export const GRAPH_IMPORTS: FuzzTarget = {
  name: "graph-imports",
  promise: "importLines() takes or skips each line of a damaged memory.json",
  suiteInputs: 800,
  outcomes: [TAKEN, REFUSED, "skipped"],
  generate: (random) => mutated(random, { corpus: [GRAPH], scraps: SCRAPS, bytesMax: 16_384 }),
  open,
};

async function open(): Promise<OpenTarget> {
  let place = await openTransferPlace();
  let inputs = 0;
  return {
    async check(input) {
      if (++inputs % INPUTS_OF_PLACE === 0) {
        await place[Symbol.asyncDispose]();
        place = await openTransferPlace();
      }
      return await importInto(place, input);
    },
    close: () => place[Symbol.asyncDispose](),
  };
}

async function importInto(place: TransferPlace, input: Bytes): Promise<string> {
  const lines = await textLines(input);
  try {
    const report = await place.import(lines);
    const { added, skipped } = report;
    assert.equal(report.reasons.length, Math.min(skipped, 100));
    for (const { why } of report.reasons) assert.ok(why !== "");
    // What is there is known: it changes nothing when it comes again.
    const again = await place.import(lines);
    assert.equal(again.added, 0);
    const exported = place.export();
    const back = await place.import(exported);
    assert.deepEqual([back.added, back.skipped, back.isWhole], [0, 0, true]);
    return skipped > 0 ? "skipped" : added > 0 || lines.length > 0 ? TAKEN : REFUSED;
  } catch (thrown) {
    if (!(thrown instanceof CarError) || thrown.code !== "invalid_argument") throw thrown;
    return REFUSED;
  }
}

async function textLines(input: Bytes): Promise<readonly string[]> {
  async function* chunks() {
    yield input;
  }
  const lines = await Array.fromAsync(readBoundedLines(chunks(), 1 << 20));
  return lines.map((line) => "text" in line ? line.text : "\ufffd");
}
