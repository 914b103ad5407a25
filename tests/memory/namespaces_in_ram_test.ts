import assert from "node:assert/strict";
import { join } from "node:path";
import { createIndexFiles } from "../../src/storage/index_files.ts";
import { openTestMemory } from "./_test_memory.ts";

const MIB = 1_048_576;

Deno.test("prepare() leaves nothing to wait for when a namespace is in RAM", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { subject: "One", body: "fact" });
  await memory.restart();
  assert.equal(memory.engine.stats().indexBytes, 0);
  assert.ok(memory.engine.prepare("default") instanceof Promise);
  await memory.engine.prepare("default");
  assert.equal(memory.engine.prepare("default"), undefined);
  assert.ok(memory.engine.stats().indexBytes > 0);
  assert.equal(memory.engine.query("default", { text: "fact", k: 1 }).length, 1);
});

Deno.test("a namespace that is asked for while it is being loaded answers in full", async () => {
  await using memory = await openTestMemory();
  const facts = Array.from(
    { length: 200 },
    (_, at) => ({ subject: `S${at}`, body: `word b${at}` }),
  );
  await Promise.all(facts.map((fact) => memory.engine.addFact("default", fact)));
  await memory.restart();
  const loading = memory.engine.prepare("default");
  assert.equal(memory.engine.query("default", { text: "word", k: 256 }).length, 200);
  await memory.engine.addFact("default", { subject: "Late", body: "word late" });
  await loading;
  assert.equal(memory.engine.query("default", { text: "word", k: 256 }).length, 201);
});

Deno.test("a name without facts takes no room", async () => {
  await using memory = await openTestMemory();
  for (const name of ["a", "b", "c"]) {
    await memory.engine.prepare(name);
    assert.deepEqual(memory.engine.query(name, { text: "anything", k: 5 }), []);
  }
  assert.equal(memory.engine.stats().indexBytes, 0);
});

Deno.test("namespaces beyond the room in RAM are dropped and read again", async () => {
  await using memory = await openTestMemory({ indexBytesMax: MIB });
  const names = Array.from({ length: 60 }, (_, at) => `team-${at}`);
  for (const name of names) {
    const facts = Array.from({ length: 30 }, (_, at) => ({
      subject: `${name} ${at}`,
      body: `the word${at} of ${name}`,
    }));
    await Promise.all(facts.map((fact) => memory.engine.addFact(name, fact)));
    assert.ok(memory.engine.stats().indexBytes <= MIB, `${memory.engine.stats().indexBytes}`);
  }
  const { facts, namespaces } = memory.engine.stats();
  assert.deepEqual({ facts, namespaces }, { facts: 1_800, namespaces: 60 });
  for (const name of names) {
    const [hit] = memory.engine.query(name, { text: "word7", k: 1 });
    assert.equal(hit?.body, `the word7 of ${name}`);
  }
  assert.ok(memory.engine.stats().indexBytes <= MIB);
});

Deno.test("a namespace too large to be read again at once is dropped after it was saved", async () => {
  await using memory = await openTestMemory({ indexBytesMax: MIB });
  const folder = join(memory.path, "..", "index");
  const ignored: string[] = [];
  const snapshotFiles = createIndexFiles({ folder, onIgnored: (_, why) => void ignored.push(why) });
  await memory.restart({ snapshotFiles });
  const fill = async (name: string) => {
    const facts = Array.from({ length: 2_000 }, (_, at) => ({
      subject: `${name} ${at}`,
      body: `a long body with the number ${at} and the square ${at * at} of ${name}`,
    }));
    await Promise.all(facts.map((fact) => memory.engine.addFact(name, fact)));
  };
  await fill("first");
  await fill("second");
  await memory.engine.prepare("first");
  const before = memory.engine.query("first", { text: "square 1764", k: 3 });
  await memory.engine.prepare("second");
  // Both do not fit; the one used last stays.
  const sizes = () => memory.engine.stats().indexBytes;
  const both = sizes();
  await memory.engine.addFact("second", { subject: "One", body: "more" });
  while (sizes() >= both) {
    await memory.engine.addFact("third", {
      subject: "Other",
      body: `x${sizes()} ${Math.random()}`,
    });
    await new Promise((turn) => setImmediate(turn));
  }
  assert.deepEqual(memory.engine.query("first", { text: "square 1764", k: 3 }), before);
  assert.deepEqual(ignored, []);
});

Deno.test("prepare() gets the vocabulary ready only for words that no fact holds", async () => {
  await using memory = await openTestMemory();
  const facts = Array.from({ length: 600 }, (_, at) => ({
    subject: `S${at}`,
    body: `kubernetes cluster${String.fromCharCode(97 + at % 26)}abc node`,
  }));
  await Promise.all(facts.map((fact) => memory.engine.addFact("default", fact)));
  assert.equal(memory.engine.prepare("default", "kubernetes node"), undefined);
  await memory.engine.prepare("default", "kuberntes");
  const [hit] = memory.engine.query("default", { text: "kuberntes", k: 1 });
  assert.match(hit?.why ?? "", /like kuberntes/);
  assert.equal(memory.engine.prepare("default", "kuberntes"), undefined);
});

Deno.test("a fact that is stored while its namespace is being loaded is found", async () => {
  await using memory = await openTestMemory();
  const facts = Array.from(
    { length: 100 },
    (_, at) => ({ subject: `S${at}`, body: `word b${at}` }),
  );
  await Promise.all(facts.map((fact) => memory.engine.addFact("default", fact)));
  for (let round = 0; round < 10; round++) {
    await memory.restart();
    const { engine } = memory;
    // Both processes write while one of them loads.
    const other = await memory.openAnother();
    await Promise.all([
      engine.prepare("default"),
      engine.addFact("default", { id: `own${round}`, subject: "Own", body: `kite${round}` }),
      other.engine.addFact("default", {
        id: `their${round}`,
        subject: "Their",
        body: `kite${round}`,
      }),
    ]);
    const ids = engine.query("default", { text: `kite${round}`, k: 9 }).map(({ id }) => id).sort();
    assert.ok(ids.includes(`own${round}`) && ids.includes(`their${round}`), ids.join());
    await other.engine.close();
    await other.database.close();
  }
});
