// Values in headers, written and damaged at random: a call whose headers say something else than its body
// never runs.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { z } from "zod";
import { encodeHeaderValue } from "../../src/protocol/mirrored_headers.ts";
import { defineTool } from "../../src/tools/definition.ts";
import { modernRequest } from "../helpers/modern_client.ts";
import { testApp } from "../helpers/test_app.ts";
import { damaged, eachInput, INPUTS, oneOf, type Random } from "./random_inputs.ts";

const SCRAPS = ["=", "?", "?=", "=?base64?", "=?BASE64?", "A", "-", "_", " ", "\t", "é"] as const;

const PLACES = ["mcp-name", "mcp-method", "mcp-protocol-version", "mcp-param-place"] as const;

/** The value that a header gives, read by the book and not by the code under test. */
function meant(raw: string): string | undefined {
  const value = raw.replace(/^[\t ]+|[\t ]+$/g, "");
  if (/[^\t\x20-\x7e]/.test(value)) return undefined;
  const [, encoded] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
  if (encoded === undefined) return value;
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) {
    return undefined;
  }
  const text = Buffer.from(encoded, "base64").toString("utf8");
  return Buffer.from(text, "utf8").toString("base64") === encoded ? text : undefined;
}

/** A value of a header that says this, or nearly. */
function nearly(value: string, random: Random): string {
  const base64 = `=?base64?${Buffer.from(value, "utf8").toString("base64")}?=`;
  const written = oneOf(random, [value, base64, encodeHeaderValue(value)]);
  return random(3) === 0 ? written : damaged(written, random, SCRAPS);
}

Deno.test("a call runs only when every header says what its body says mcp:90 mcp:93 mcp:95 mcp:100", async () => {
  let runs = 0;
  const placed = defineTool({
    name: "placed",
    title: "Placed",
    description: "Counts its calls",
    input: z.object({ place: z.string().meta({ "x-mcp-header": "Place" }) }),
    run: () => ({ text: `${runs += 1}` }),
  });
  await using server = await testApp({ tools: [placed] });
  await eachInput(async (random) => {
    const place = oneOf(random, ["here", "über", " around ", "=?base64?aGk=?="]);
    const { body, headers } = modernRequest("tools/call", { name: "placed", arguments: { place } });
    const right: Record<string, string> = {
      "mcp-name": "placed",
      "mcp-method": "tools/call",
      "mcp-protocol-version": "2026-07-28",
      "mcp-param-place": place,
    };
    const name = oneOf(random, PLACES);
    const wanted = right[name] ?? "";
    const value = nearly(wanted, random).replaceAll("\0", "");
    const before = runs;
    const sent = { ...headers, "mcp-param-place": encodeHeaderValue(place), [name]: value };
    const response = await server.post(body, sent);
    await response.body?.cancel();
    const isPlain = name === "mcp-method" || name === "mcp-protocol-version";
    const says = isPlain ? value.replace(/^[\t ]+|[\t ]+$/g, "") : meant(value);
    const context = JSON.stringify([name, value]);
    assert.equal(runs - before, says === wanted ? 1 : 0, context);
    if (says !== wanted) assert.equal(response.status, 400, context);
  });
  assert.ok(runs > INPUTS / 10 && runs < INPUTS, `${runs} calls`);
});
