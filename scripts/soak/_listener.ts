// A client that listens to a fact, has it replaced, and must be told of that: on the stream of its session,
// on one that it left and came back to, or on the stream of a request that listens. Then it erases both
// facts, of which nothing is told later.

import { given } from "../../src/base/given.ts";
import { SseReader } from "../../tests/helpers/sse_reader.ts";
import { bodyOf, type LedgerFact } from "../ledger/ledger.ts";
import type { Actor } from "./_crowd.ts";
import type { ActorOptions } from "./_writer.ts";

const TOLD_MS_MAX = 30_000;
const UPDATED = "notifications/resources/updated";

/** Makes the client. */
export function createListener(options: ActorOptions): Actor {
  const listener = new Listener(options);
  return {
    name: options.name,
    step: (url) => listener.step(url),
    forget: () => options.caller.forget(),
  };
}

class Listener {
  readonly #options: ActorOptions;
  readonly #facts: LedgerFact[] = [];
  #writes = 0;

  constructor(options: ActorOptions) {
    this.#options = options;
  }

  async step(url: string): Promise<void> {
    const fact = await this.#add(url);
    const uri = `car://memory/fact/${fact.id}`;
    this.#options.world.did("write");
    if (this.#options.caller.era === "modern") await this.#listen(url, fact, uri);
    else await this.#followSession(url, fact, uri);
    await this.#eraseAll(url);
    // Not every session is ended by its client.
    const parting = this.#options.random(4);
    if (parting === 0) this.#options.caller.forget();
    else if (parting === 1 && await this.#options.caller.end(url)) {
      this.#options.world.did("session ended");
    }
  }

  async #listen(url: string, fact: LedgerFact, uri: string): Promise<void> {
    const { caller, world } = this.#options;
    const notifications = { resourceSubscriptions: [uri] };
    using stream = await openStream((signal) =>
      caller.send(url, "subscriptions/listen", { notifications }, { signal })
    );
    await stream.reader.next();
    await this.#replace(url, fact);
    await told(stream.reader, uri);
    world.did("update told");
  }

  async #followSession(url: string, fact: LedgerFact, uri: string): Promise<void> {
    const { caller, world, random } = this.#options;
    const session = await caller.sessionId(url);
    await caller.request(url, "resources/subscribe", { uri });
    const open = (lastId?: string) =>
      openStream((signal) => {
        const headers = {
          accept: "text/event-stream",
          "mcp-session-id": session,
          ...(lastId === undefined ? {} : { "last-event-id": lastId }),
        };
        return fetch(url, { headers: { ...caller.headers, ...headers }, signal });
      });
    let stream = await open();
    try {
      // The first event of a stream is its place. It may be late: while the server takes a connection that
      // was left for the one of this session, this one waits, and what is told meanwhile is lost on that.
      const place = await stream.reader.nextEvent();
      const resumes = random(2) === 0;
      if (resumes) stream[Symbol.dispose]();
      await this.#replace(url, fact);
      if (resumes) stream = await open(place?.id);
      await told(stream.reader, uri).catch((thrown: unknown) => {
        throw new Error(`${resumes ? "Resumed" : "Opened"} at ${place?.id}: ${thrown}`);
      });
      world.did(resumes ? "update resumed" : "update told");
    } finally {
      stream[Symbol.dispose]();
    }
    await caller.request(url, "resources/unsubscribe", { uri });
  }

  async #add(url: string, replaces?: LedgerFact): Promise<LedgerFact> {
    const { name, world, caller } = this.#options;
    const word = `${name}n${++this.#writes}`;
    const fact: LedgerFact = { word, state: "sent", ...given("replaces", replaces) };
    world.ledger.facts.push(fact);
    this.#facts.push(fact);
    const args = { subject: word, body: bodyOf(word), ...given("supersedes", replaces?.id) };
    fact.id = String((await caller.call(url, "memory_add_fact", args))["id"]);
    fact.state = "live";
    return fact;
  }

  async #replace(url: string, fact: LedgerFact): Promise<void> {
    await this.#add(url, fact);
    fact.state = "superseded";
    this.#options.world.did("supersede");
  }

  async #eraseAll(url: string): Promise<void> {
    const { world, caller } = this.#options;
    for (const fact of this.#facts.splice(0)) {
      // Nobody knows what became of one that the server was killed over.
      if (fact.id === undefined) continue;
      fact.state = "erasing";
      await caller.call(url, "memory_delete", { id: fact.id });
      fact.state = "erased";
      world.did("erase");
    }
  }
}

interface OpenStream extends Disposable {
  readonly reader: SseReader;
}

async function openStream(send: (signal: AbortSignal) => Promise<Response>): Promise<OpenStream> {
  const leaving = new AbortController();
  const late = setTimeout(() => leaving.abort(new Error("Nothing was told in time")), TOLD_MS_MAX);
  const leave = () => {
    clearTimeout(late);
    leaving.abort();
  };
  try {
    const response = await send(leaving.signal);
    if (response.status !== 200) {
      throw new Error(`A stream was refused: ${await response.text()}`);
    }
    const reader = new SseReader(response);
    const close = () => {
      leave();
      // What comes after is nobody's; that the connection broke off is known.
      reader.close().catch(() => {});
    };
    return { reader, [Symbol.dispose]: close };
  } catch (thrown) {
    leave();
    throw thrown;
  }
}

async function told(reader: SseReader, uri: string): Promise<void> {
  const told: unknown[] = [];
  for (let message = await reader.next(); message !== undefined; message = await reader.next()) {
    if (message.method === UPDATED && message.params.uri === uri) return;
    told.push(reader.lastId, message.method, message.params?.uri);
  }
  throw new Error(
    `The stream ended at ${reader.lastId} before it told of ${uri}: ${told.slice(-30)}`,
  );
}
