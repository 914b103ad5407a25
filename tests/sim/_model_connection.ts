// What one connection must receive, chunk by chunk, and when its reader is too slow for it.

import { Buffer } from "node:buffer";

const OPENING = ": open\n\n";
// Room for what stands before the first message of a connection.
const PREAMBLE_BYTES = 256;

/** One event stream as its client should see it. */
export class ModelConnection {
  /** Written and not read yet, oldest first. */
  readonly unread: string[] = [];
  isOpen = true;
  /** Runs once when the connection is over. */
  onClose: () => void = () => {};
  readonly #bufferBytesMax: number;
  #hasBegun = false;

  constructor(bufferBytesMax: number) {
    this.#bufferBytesMax = bufferBytesMax;
  }

  /** False when the reader left or is too slow; before anything else waits, any size is taken. */
  write(chunk: string): boolean {
    if (!this.isOpen) return false;
    const waiting = this.unread.reduce((bytes, each) => bytes + Buffer.byteLength(each), 0);
    const most = PREAMBLE_BYTES + this.#bufferBytesMax;
    if (waiting > PREAMBLE_BYTES && waiting + Buffer.byteLength(chunk) > most) return false;
    this.#hasBegun = true;
    this.unread.push(chunk);
    return true;
  }

  /** Its response goes out: something must be in it at once. */
  begin(): void {
    if (!this.#hasBegun) this.write(OPENING);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.onClose();
  }
}
