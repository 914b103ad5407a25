// What the clients of a run received, held against the promise itself and not against the model: each
// message on one stream only, in the order it was said, once over all connections that go on from one
// another, and with no gap on any of them but for reports of calls.

import assert from "node:assert/strict";

/** What one connection received. */
export interface Receipt {
  /** The stream of the connection: its session and the name in its ids; known with the first id. */
  stream: string | undefined;
  /** Whether it was opened without an id, and so must bring nothing that was sent before. */
  readonly isFresh: boolean;
  /** The last message before the event it went on after; undefined if that is not known. */
  readonly after: number | undefined;
  /** The serial numbers of its messages, in the order they came. */
  readonly serials: number[];
}

/** All receipts of one run. */
export class Ledger {
  readonly #receipts: Receipt[] = [];
  #lastSerial = 0;
  /** The stream on which each message was received. */
  readonly #streamOf = new Map<number, string>();
  readonly #reports = new Set<number>();

  /** A number for a message; later messages have higher ones. */
  nextSerial(): number {
    return ++this.#lastSerial;
  }

  /** Opens the receipt of a connection. */
  open(isFresh: boolean, after?: number): Receipt {
    const receipt = { stream: undefined, isFresh, after, serials: [] };
    this.#receipts.push(receipt);
    return receipt;
  }

  /** A message reports how a call is getting on; it may come on one connection and not on another. */
  isReport(serial: number): void {
    this.#reports.add(serial);
  }

  /** A message came. */
  received(receipt: Receipt, serial: number): void {
    const { serials, stream } = receipt;
    assert.ok(stream !== undefined, `message ${serial} came without an id`);
    const last = serials.at(-1) ?? receipt.after ?? 0;
    assert.ok(serial > last, `message ${serial} came after ${last}`);
    const elsewhere = this.#streamOf.get(serial) ?? stream;
    assert.equal(stream, elsewhere, `message ${serial} came on two streams`);
    this.#streamOf.set(serial, stream);
    serials.push(serial);
  }

  /** Whether a message reached anybody. */
  wasReceived(serial: number): boolean {
    return this.#streamOf.has(serial);
  }

  /** Checks what only the whole of a run shows: no gaps, and nothing twice without being asked for. */
  close(): void {
    const serialsOf = Map.groupBy([...this.#streamOf.keys()].sort(ascending), (serial) => {
      return this.#streamOf.get(serial);
    });
    const sent = new Set<number>();
    for (const { stream, isFresh, after, serials } of this.#receipts) {
      if (stream === undefined) continue;
      const before = after ?? (serials[0] ?? 0) - 1;
      const last = serials.at(-1) ?? before;
      const due = (serialsOf.get(stream) ?? []).filter((serial) =>
        serial > before && serial <= last &&
        (serials.includes(serial) || !this.#reports.has(serial))
      );
      assert.deepEqual(serials, due, `stream ${stream} has a gap`);
      if (!isFresh) continue;
      for (const serial of serials) {
        assert.ok(!sent.has(serial), `message ${serial} was sent twice, unasked`);
        sent.add(serial);
      }
    }
  }
}

function ascending(one: number, other: number): number {
  return one - other;
}
