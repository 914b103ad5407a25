import assert from "node:assert/strict";
import { BANDS, checkBands, checkInnerFolders, checkPackages, checkPrivateFiles } from "./bands.ts";
import { assertAccepts, assertReports } from "./expect.ts";

Deno.test("BANDS lists each folder below those that import it", () => {
  const names = Object.keys(BANDS);
  for (const [name, band] of Object.entries(BANDS)) {
    for (const below of band.mayImport) {
      assert.ok(names.indexOf(below) !== -1, `${name} names the unknown folder ${below}`);
      assert.ok(names.indexOf(below) < names.indexOf(name), `${below} stands above ${name}`);
    }
    assert.notEqual(band.why, "");
  }
});

Deno.test("BANDS lets nothing but app.ts and its parts import storage", () => {
  const importers = Object.keys(BANDS).filter((name) => BANDS[name]?.mayImport.includes("storage"));
  assert.deepEqual(importers.sort(), [
    "app.ts",
    "authentication.ts",
    "engines.ts",
    "find_daemon.ts",
    "memory_file.ts",
    "socket.ts",
    "start_daemon.ts",
    "token_care.ts",
    "upstream_care.ts",
    "upstreams.ts",
  ]);
});

Deno.test("checkBands() accepts imports down the table and inside the folder", () => {
  assertAccepts(checkBands, {
    "src/rpc/peer.ts": 'import { a } from "../base/ids.ts"; import { b } from "./pending.ts";',
    "src/tools/builtin/x.ts": 'import type { A } from "../registry.ts";',
  });
});

Deno.test("checkBands() reports a file that imports up", () => {
  assertReports(
    checkBands,
    { "src/base/ids.ts": 'import { a } from "../rpc/peer.ts";' },
    /base may import nothing/,
  );
});

Deno.test("checkBands() reports an import for a type, on demand, or by re-export alike", () => {
  const forms = [
    'import type { A } from "../memory/store.ts";',
    'const a = () => import("../memory/store.ts");',
    'export { a } from "../memory/store.ts";',
    'type A = import("../memory/store.ts").A;',
  ];
  for (const text of forms) {
    assertReports(checkBands, { "src/http/post.ts": text }, /knows nothing of engines/);
  }
});

Deno.test("checkBands() reports anyone but app.ts who imports storage", () => {
  const text = 'import { a } from "./storage/a.ts";';
  assertAccepts(checkBands, { "src/app.ts": text });
  const cli = { "src/cli/serve.ts": 'import { a } from "../storage/a.ts";' };
  assertReports(
    checkBands,
    cli,
    /but cli may import base, (?!.*\bstorage\b).*\bapp\.ts/,
  );
  assertReports(checkBands, { "main.ts": 'import "./src/storage/a.ts";' }, /main\.ts may import/);
});

Deno.test("checkBands() lets config import schema files and nothing else of other folders", () => {
  const schema = { "src/config/all.ts": 'import { a } from "../policy/rule_schema.ts";' };
  assertAccepts(checkBands, schema);
  const rule = { "src/config/all.ts": 'import { a } from "../policy/rule.ts";' };
  assertReports(checkBands, rule, /named \*schema\.ts/);
});

Deno.test("checkBands() reports a folder that the table does not know", () => {
  assertReports(checkBands, { "src/misc/a.ts": "" }, /give "misc" a line/);
});

Deno.test("checkBands() reports a product file that imports a test or a script", () => {
  const unit = { "src/app.ts": 'import { a } from "../tests/helpers/fake_clock.ts";' };
  assertReports(checkBands, unit, /fake_clock/);
});

Deno.test("checkPrivateFiles() lets in the folder, what is below it, and its tests alone", () => {
  const door = 'import { a } from "./_error_response.ts";';
  assertAccepts(checkPrivateFiles, { "src/http/post.ts": door });
  const fromTest = 'import { a } from "../../src/http/_error_response.ts";';
  assertAccepts(checkPrivateFiles, { "tests/http/post_test.ts": fromTest });
  const fromBelow = 'import { a } from "../_error_response.ts";';
  assertAccepts(checkPrivateFiles, { "src/http/guards/host.ts": fromBelow });
  const ofScript = 'import { a } from "../../../scripts/bench/_load.ts";';
  assertAccepts(checkPrivateFiles, { "tests/scripts/bench/load_test.ts": ofScript });
  assertReports(checkPrivateFiles, { "tests/rpc/a_test.ts": fromTest }, /private to its folder/);
  const fromAbove = 'import { a } from "./http/_error_response.ts";';
  assertReports(checkPrivateFiles, { "src/app.ts": fromAbove }, /private to its folder/);
});

Deno.test("checkInnerFolders() lets the room and its tests into its folders, others to the room alone", () => {
  const fromRoom = 'import { a } from "./index/postings.ts";';
  assertAccepts(checkInnerFolders, { "src/memory/engine.ts": fromRoom });
  const fromBeside = 'import { a } from "../index/postings.ts";';
  assertAccepts(checkInnerFolders, { "src/memory/ranking/search.ts": fromBeside });
  const fromTest = 'import { a } from "../../src/memory/index/postings.ts";';
  assertAccepts(checkInnerFolders, { "tests/memory/postings_test.ts": fromTest });
  const toRoom = 'import { a } from "../memory/engine.ts";';
  assertAccepts(checkInnerFolders, { "src/tools/call.ts": toRoom });
  const fromOutside = 'import type { A } from "../memory/index/postings.ts";';
  assertReports(checkInnerFolders, { "src/storage/a.ts": fromOutside }, /for its own room/);
  assertReports(checkInnerFolders, { "tests/storage/a_test.ts": fromTest }, /for its own room/);
  const catalog = 'import { a } from "./tools/builtin/catalog.ts";';
  assertAccepts(checkInnerFolders, { "src/wire.ts": catalog });
  const tool = 'import { a } from "./tools/builtin/memory_query.ts";';
  assertReports(checkInnerFolders, { "src/wire.ts": tool }, /for its own room/);
});

Deno.test("checkPackages() reports a development package in the product, not in tests", () => {
  const text = 'import { McpServer } from "@modelcontextprotocol/server";';
  assertReports(checkPackages, { "src/app.ts": text }, /tests alone/);
  assertAccepts(checkPackages, { "tests/e2e/a_test.ts": text });
  const deep = 'import { a } from "@modelcontextprotocol/sdk/types.js";';
  assertReports(checkPackages, { "src/protocol/a.ts": deep }, /tests alone/);
});

Deno.test("checkPackages() lets the client package in on demand only", () => {
  const path = "src/upstream/oauth.ts";
  const early = 'import { a } from "@modelcontextprotocol/client";';
  assertReports(checkPackages, { [path]: early }, /client/);
  const late = 'export const load = () => import("@modelcontextprotocol/client");';
  assertAccepts(checkPackages, { [path]: late });
});
