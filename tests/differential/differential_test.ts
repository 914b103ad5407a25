// Sends the same requests to this server and to those of the official SDKs. Where the answers differ,
// the difference stands in `_differences.ts` with both answers and the reason; a difference that is
// not there fails, and so does one that is there no more.

import assert from "node:assert/strict";
import { z } from "zod";
import { defineTool } from "../../src/tools/definition.ts";
import { testApp } from "../helpers/test_app.ts";
import { type DifferentialCase, type OpenedServer, talkTo } from "./_case.ts";
import { DIFFERENCES } from "./_differences.ts";
import { LEGACY_CASES } from "./_legacy_cases.ts";
import { openReference, type ReferenceName } from "./_references.ts";
import { STATELESS_CASES } from "./_stateless_cases.ts";
import { wordsOf } from "./_words.ts";

const ECHO = defineTool({
  name: "echo",
  title: "Echo",
  description: "Says it again",
  input: z.object({ text: z.string() }),
  run: ({ text }) => ({ text }),
});

const COUNT = defineTool({
  name: "count",
  title: "Count",
  description: "Counts to one",
  input: z.object({}),
  run(_input, context) {
    context.progress({ progress: 1 });
    return { text: "counted" };
  },
});

async function answerOf(
  server: Pick<OpenedServer, "fetch">,
  { ask, isEndless }: DifferentialCase,
): Promise<string> {
  return await wordsOf(await ask(talkTo(server)), isEndless);
}

async function compare(cases: readonly DifferentialCase[], reference: ReferenceName) {
  // Each case has a session of its own here; the official servers know one session each.
  await using ours = await testApp({ tools: [ECHO, COUNT] });
  const found: Record<string, readonly [ours: string, theirs: string]> = {};
  for (const each of cases) {
    await using theirs = await openReference(reference);
    const answers = [await answerOf(ours.app, each), await answerOf(theirs, each)] as const;
    if (answers[0] !== answers[1]) found[each.name] = answers;
  }
  const known = DIFFERENCES.filter(({ from }) => from.includes(reference));
  const listed = known.flatMap(({ of, ours, theirs }) => of.map((name) => [name, [ours, theirs]]));
  assert.deepEqual(found, Object.fromEntries(listed));
}

Deno.test("sessions are served as by the SDK 1.32.2, but for the known differences", () =>
  compare(LEGACY_CASES, "1.32.2"));
Deno.test("sessions are served as by the SDK 2.4.0, but for the known differences", () =>
  compare(LEGACY_CASES, "2.4.0"));
Deno.test("stateless requests are served as by the SDK 2.4.0, but for the known differences", () =>
  compare(STATELESS_CASES, "2.4.0 stateless"));
