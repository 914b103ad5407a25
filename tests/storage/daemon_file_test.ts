// The file in which a daemon says where it is: written whole, private, read without trust.

import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { readDaemonUrl, removeDaemonFile, writeDaemonFile } from "../../src/storage/daemon_file.ts";
import { tempHome } from "../helpers/temp_home.ts";

const INFO = {
  pid: 4711,
  url: "http://127.0.0.1:9102/mcp",
  version: "0.1.0",
  started: "2026-01-01T00:00:00.000Z",
  startedBy: "serve",
  nonce: "n",
};

Deno.test("writeDaemonFile() writes what it is told, for its owner alone", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.json");
  writeDaemonFile(path, INFO);
  assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), INFO);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

Deno.test("writeDaemonFile() replaces the file of one that was killed and leaves no other", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.json");
  writeFileSync(path, "half wri");
  chmodSync(path, 0o644);
  writeDaemonFile(path, INFO);
  assert.deepEqual(readdirSync(home.path), ["daemon.json"]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readDaemonUrl(path), INFO.url);
});

Deno.test("readDaemonUrl() gives nothing for a file that is missing or not one of ours", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.json");
  assert.equal(readDaemonUrl(path), undefined);
  for (const text of ["", "{", "null", "[]", '"x"', "{}", '{"url": 1}']) {
    writeFileSync(path, text);
    assert.equal(readDaemonUrl(path), undefined, text);
  }
});

Deno.test("removeDaemonFile() removes the file and takes a missing one as done", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.json");
  writeDaemonFile(path, INFO);
  removeDaemonFile(path);
  removeDaemonFile(path);
  assert.equal(existsSync(path), false);
});

Deno.test("writeDaemonFile() answers home_unusable with the path and leaves nothing behind", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.json");
  mkdirSync(path);
  const refusal = { code: "home_unusable", message: /daemon\.json/ };
  assert.throws(() => writeDaemonFile(path, INFO), refusal);
  assert.throws(() => removeDaemonFile(path), refusal);
  assert.deepEqual(readdirSync(home.path), ["daemon.json"]);
  assert.throws(() => writeDaemonFile(join(home.path, "none", "daemon.json"), INFO), refusal);
});
