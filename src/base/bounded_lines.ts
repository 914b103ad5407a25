// Lines of a stream of bytes, one at a time and never longer than a bound: what holds one line in RAM
// can read a file of any size. Lines end with LF or CR LF; the last one may end without.

/** A line, or what is wrong with it; numbers count from 1. */
export type BoundedLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: "not_utf8" }
  /** `edges`: how the line begins and ends, for who has to know what it was about. */
  | { readonly number: number; readonly fault: "too_long"; readonly edges: string };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EDGE_BYTES = 128;

/** Cuts the bytes into lines; of a line with more than `bytesMax` bytes its edges alone are kept. */
export async function* readBoundedLines(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<BoundedLine> {
  // A mark of the byte order at the start of the file is no part of its first line; of others it is.
  const decoders = [false, true].map((ignoreBOM) =>
    new TextDecoder("utf-8", { fatal: true, ignoreBOM })
  );
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let number = 0;
  const finish = (): BoundedLine => {
    number++;
    const line = bytes > bytesMax
      ? { number, fault: "too_long" as const, edges: edgesOf(pieces) }
      : decoded(number, joined(pieces, bytes), decoders[number === 1 ? 0 : 1]);
    pieces = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(LINE_FEED, at);
      const piece = chunk.subarray(at, end === -1 ? chunk.length : end);
      bytes += piece.length;
      if (piece.length > 0) {
        // A reader may use the memory of a chunk again for the next one.
        pieces.push(end === -1 ? piece.slice() : piece);
        if (bytes > bytesMax) pieces = [...edgePieces(pieces)];
      }
      if (end === -1) break;
      yield finish();
      at = end + 1;
    }
  }
  if (bytes > 0) yield finish();
}

/** The beginning and the end of what was there so far: what comes next follows on the end. */
function edgePieces(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const whole = joined(pieces, pieces.reduce((sum, piece) => sum + piece.length, 0));
  if (whole.length <= 2 * EDGE_BYTES) return [whole];
  return [whole.slice(0, EDGE_BYTES), whole.slice(-EDGE_BYTES)];
}

function edgesOf(pieces: readonly Uint8Array[]): string {
  return pieces.map((piece) => new TextDecoder().decode(piece)).join("…");
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function decoded(number: number, bytes: Uint8Array, decoder: TextDecoder | undefined): BoundedLine {
  const hasReturn = bytes.at(-1) === CARRIAGE_RETURN;
  try {
    const text = decoder?.decode(hasReturn ? bytes.subarray(0, -1) : bytes) ?? "";
    return { number, text };
  } catch (thrown) {
    if (thrown instanceof TypeError) return { number, fault: "not_utf8" };
    throw thrown;
  }
}
