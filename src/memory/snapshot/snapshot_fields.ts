// The fields of a snapshot: columns of numbers and lists of texts, one after the other, read in the order
// in which they were written. Columns are not copied, neither when they are written nor when they are
// read; each begins at a multiple of eight bytes, so that it can be used where it stands.

import { Buffer } from "node:buffer";
import { invariant } from "../../base/errors.ts";
import type { Steps } from "../../base/in_turns.ts";

/** A column of numbers. */
export type Column =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

interface ColumnKind<Of extends Column> {
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
  new (buffer: ArrayBuffer, start: number, length: number): Of;
}

const ALIGNMENT = 8;
/** Texts stand in blocks of so many, the last of which may have fewer; to join them takes about a millisecond. */
export const TEXTS_OF_BLOCK = 4_096;
const LAST_LATIN = 0xff;

/** Bytes that fill up to the next multiple of eight. */
function paddingOf(bytes: number): number {
  return (ALIGNMENT - bytes % ALIGNMENT) % ALIGNMENT;
}

/** Collects fields. */
export class FieldWriter {
  /** The bytes so far; columns among them are those that were given, not copies. */
  readonly parts: Uint8Array<ArrayBuffer>[] = [];

  /** A column, as far as it is used. */
  column(column: Column, length = column.length): void {
    const bytes = length * column.BYTES_PER_ELEMENT;
    this.parts.push(new Uint8Array(Float64Array.of(length).buffer));
    this.parts.push(new Uint8Array(column.buffer, column.byteOffset, bytes));
    this.parts.push(new Uint8Array(paddingOf(bytes)));
  }

  /** Some numbers. */
  numbers(values: readonly number[]): void {
    this.column(Float64Array.from(values));
  }

  /** Texts of any characters, lone surrogates too. */
  texts(texts: readonly string[]): Steps<void> {
    return this.textsOf(texts.length, (number) => texts[number] ?? "");
  }

  /** So many texts, each by its number. */
  *textsOf(count: number, textAt: (number: number) => string): Steps<void> {
    this.numbers([count]);
    for (let start = 0; start < count; start += TEXTS_OF_BLOCK) {
      const length = Math.min(TEXTS_OF_BLOCK, count - start);
      const some = Array.from({ length }, (_, nth) => textAt(start + nth));
      const joined = some.join("");
      const isLatin = isLatinOnly(joined);
      let end = 0;
      this.column(Uint32Array.from(some, (text) => end += text.length));
      this.numbers([Number(isLatin)]);
      this.column(Uint8Array.from(Buffer.from(joined, isLatin ? "latin1" : "utf16le")));
      yield;
    }
  }
}

/** Texts one after the other, made out of their bytes when they are asked for first. */
export class TextBlock {
  /** Where each of them ends in `joined`, in their order. */
  readonly ends: Uint32Array;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #encoding: "latin1" | "utf16le";
  #joined: string | undefined;

  constructor(ends: Uint32Array, bytes: Uint8Array<ArrayBuffer>, encoding: "latin1" | "utf16le") {
    this.ends = ends;
    this.#bytes = bytes;
    this.#encoding = encoding;
  }

  /** All of them in one. */
  get joined(): string {
    const { buffer, byteOffset, length } = this.#bytes;
    return this.#joined ??= Buffer.from(buffer, byteOffset, length).toString(this.#encoding);
  }
}

/** Reads fields; what comes is what was written, as the checksum says before anything is read. */
export class FieldReader {
  readonly #buffer: ArrayBuffer;
  #at: number;

  constructor(buffer: ArrayBuffer, start: number) {
    this.#buffer = buffer;
    this.#at = start;
  }

  /** The next column, standing in the bytes of the snapshot. */
  column<Of extends Column>(kind: ColumnKind<Of>): Of {
    const [length = 0] = new Float64Array(this.#buffer, this.#at, 1);
    const start = this.#at + ALIGNMENT;
    const bytes = length * kind.BYTES_PER_ELEMENT;
    this.#at = start + bytes + paddingOf(bytes);
    invariant(this.#at <= this.#buffer.byteLength, "a snapshot holds the fields that are read");
    return new kind(this.#buffer, start, length);
  }

  /** The next numbers. */
  numbers(): readonly number[] {
    return [...this.column(Float64Array)];
  }

  /** The next texts. */
  *texts(): Steps<string[]> {
    const texts: string[] = [];
    for (const { joined, ends } of this.textBlocks()) {
      let start = 0;
      for (const end of ends) {
        texts.push(joined.slice(start, end));
        start = end;
      }
      yield;
    }
    return texts;
  }

  /** The next texts as they stand there. */
  textBlocks(): readonly TextBlock[] {
    const [count = 0] = this.numbers();
    const blocks: TextBlock[] = [];
    for (let texts = 0; texts < count;) {
      const ends = this.column(Uint32Array);
      const [isLatin] = this.numbers();
      texts += ends.length;
      blocks.push(
        new TextBlock(ends, this.column(Uint8Array), isLatin === 1 ? "latin1" : "utf16le"),
      );
    }
    return blocks;
  }
}

function isLatinOnly(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > LAST_LATIN) return false;
  return true;
}
