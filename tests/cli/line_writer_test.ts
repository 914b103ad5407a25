import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { LineWriter } from "../../src/cli/_line_writer.ts";

/** A sink that takes bytes when it is let. */
function gatedSink(bytesAtOnce = Infinity) {
  const written: string[] = [];
  const gate = Promise.withResolvers<void>();
  const sink = async (bytes: Uint8Array) => {
    await gate.promise;
    const taken = Math.min(bytes.byteLength, bytesAtOnce);
    written.push(Buffer.from(bytes.subarray(0, taken)).toString());
    return taken;
  };
  return { open: gate.resolve, sink, written };
}

Deno.test("LineWriter writes its lines in order, also in pieces", async () => {
  const { open, sink, written } = gatedSink(3);
  const lines = new LineWriter({ sink, linesMax: 10 });
  open();
  lines.write("first\n");
  lines.write("second\n");
  await lines.flush();
  assert.equal(written.join(""), "first\nsecond\n");
});

Deno.test("LineWriter drops what a slow reader leaves no room for, and says how much", async () => {
  const { open, sink, written } = gatedSink();
  const lines = new LineWriter({ sink, linesMax: 2 });
  // The first line is on its way at once and waits no longer.
  for (const line of ["1\n", "2\n", "3\n", "4\n", "5\n"]) lines.write(line);
  open();
  await lines.flush();
  assert.equal(
    written.join(""),
    "1\n2\n3\ncar-mcp: 2 log lines were dropped, the reader was too slow\n",
  );
});

Deno.test("LineWriter goes on after its reader has gone", async () => {
  const taken: number[] = [];
  const lines = new LineWriter({
    sink: (bytes) => {
      taken.push(bytes.byteLength);
      return Promise.reject(new Error("broken pipe"));
    },
    linesMax: 10,
  });
  lines.write("lost\n");
  await lines.flush();
  lines.write("lost, too\n");
  await lines.flush();
  assert.equal(taken.length, 2);
});
