// Texts by number. Those of a snapshot are read where they stand in it: a value of its own for each would
// be most of a start and much of what an index takes in RAM, and few are ever asked for.

import type { Steps } from "../../base/in_turns.ts";
import {
  type FieldReader,
  type FieldWriter,
  type TextBlock,
  TEXTS_OF_BLOCK,
} from "../snapshot/snapshot_fields.ts";

/** A list of texts that grows at its end. */
export class TextColumn {
  #blocks: readonly TextBlock[] = [];
  #saved = 0;
  // Saved ones that were taken out since.
  #emptied: Set<number> | undefined;
  readonly #added: string[] = [];

  /** How many there are. */
  get length(): number {
    return this.#saved + this.#added.length;
  }

  /** The text of a number; empty for one that is not there. */
  at(number: number): string {
    if (number >= this.#saved) return this.#added[number - this.#saved] ?? "";
    if (this.#emptied?.has(number) === true) return "";
    const block = this.#blocks[Math.floor(number / TEXTS_OF_BLOCK)];
    return block?.joined.slice(startIn(block, number), endIn(block, number)) ?? "";
  }

  /** True when this is the text of a number that is there. */
  isAt(number: number, text: string): boolean {
    if (number >= this.#saved) return this.#added[number - this.#saved] === text;
    if (this.#emptied?.has(number) === true) return text === "";
    const block = this.#blocks[Math.floor(number / TEXTS_OF_BLOCK)];
    if (block === undefined) return false;
    const start = startIn(block, number);
    return endIn(block, number) - start === text.length && block.joined.startsWith(text, start);
  }

  /** False for an empty text, and for a number that is not there. */
  isFilled(number: number): boolean {
    if (number >= this.#saved) return (this.#added[number - this.#saved] ?? "") !== "";
    if (this.#emptied?.has(number) === true) return false;
    const block = this.#blocks[Math.floor(number / TEXTS_OF_BLOCK)];
    return block !== undefined && endIn(block, number) > startIn(block, number);
  }

  /** Adds a text at the end. */
  push(text: string): void {
    this.#added.push(text);
  }

  /** Takes a text out; its number stays. */
  empty(number: number): void {
    if (number >= this.#saved) this.#added[number - this.#saved] = "";
    else (this.#emptied ??= new Set()).add(number);
  }

  /** All of them, in order. */
  *[Symbol.iterator](): Iterator<string> {
    for (let number = 0; number < this.length; number++) yield this.at(number);
  }

  /** Writes everything to a snapshot. */
  save(out: FieldWriter): Steps<void> {
    return out.textsOf(this.length, (number) => this.at(number));
  }

  /** Takes over what `save` wrote; to be called on a new column. */
  load(from: FieldReader): void {
    this.#blocks = from.textBlocks();
    this.#saved = this.#blocks.reduce((sum, { ends }) => sum + ends.length, 0);
  }
}

function startIn({ ends }: TextBlock, number: number): number {
  const nth = number % TEXTS_OF_BLOCK;
  return nth === 0 ? 0 : ends[nth - 1] ?? 0;
}

function endIn({ ends }: TextBlock, number: number): number {
  return ends[number % TEXTS_OF_BLOCK] ?? 0;
}
