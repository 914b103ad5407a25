// What a running server is asked to tell of: changes of its lists, and of the resources that somebody wishes
// to hear of. With a handshake each resource is subscribed to by a request. Without one a request that
// listens names everything (2026-07-28, "Subscriptions"); when the wishes change, another one takes its
// place, and it is ended once the server has acknowledged the later one, so that nothing falls between.

import type { CancelTimer, Clock } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Log } from "../observe/log.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { Opened } from "./opening.ts";

/** What Listening is composed of. */
export interface ListeningOptions {
  /** The name of the mounted server. */
  readonly name: string;
  readonly opened: Opened;
  /** The URIs of the resources that are wished for now; `wishChanged()` says when it is another set. */
  readonly wished: ReadonlySet<string>;
  readonly clock: Clock;
  readonly limits: Pick<Limits, "upstreamStartMs">;
  readonly log: Log;
  /** Runs when a server listens again that had stopped: what changed meanwhile was told to nobody. */
  readonly onGap: () => void;
}

/** The notification with which a server begins to tell. */
export const ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

/** The lists of a server that may change. */
export const LISTS = ["tools", "prompts", "resources"] as const;

// How long to wait before a server is listened to again that has stopped to tell.
const LISTEN_AGAIN_MS = 5_000;

interface Listen {
  readonly ending: AbortController;
  isAcknowledged: boolean;
}

/** Has one running server tell of changes; ends with its connection. */
export class Listening {
  readonly #options: ListeningOptions;
  readonly #tellsOfResources: boolean;
  /** With a handshake: what the server was asked to tell of, and what is to be looked at again. */
  readonly #subscribed = new Set<string>();
  readonly #due = new Set<string>();
  #isSettling = false;
  /** Without one: the request that listens, and the one whose place it takes. */
  #current: Listen | undefined;
  #replaced: Listen | undefined;
  #isOutdated = false;
  #cancelAgain: CancelTimer | undefined;
  #isClosed = false;

  constructor(options: ListeningOptions) {
    this.#options = options;
    const { resources } = options.opened.capabilities;
    this.#tellsOfResources = isJsonObject(resources) && resources.subscribe === true;
    if (this.#isModern) this.#listen();
    else for (const uri of options.wished) this.wishChanged(uri);
  }

  /** A resource is wished for that was not, or no longer. */
  wishChanged(uri: string): void {
    if (this.#isClosed || !this.#tellsOfResources) return;
    if (this.#isModern) return this.#listen();
    this.#due.add(uri);
    if (!this.#isSettling) void this.#settle();
  }

  /** The server has begun to tell what it was asked to tell last. */
  acknowledged(): void {
    if (this.#current === undefined || this.#current.isAcknowledged) return;
    this.#current.isAcknowledged = true;
    this.#replaced?.ending.abort();
    this.#replaced = undefined;
    if (this.#isOutdated) this.#listen();
  }

  /** Asks for nothing more; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#cancelAgain?.();
  }

  get #isModern(): boolean {
    return this.#options.opened.dialect.era === "modern";
  }

  /** Has the server's subscriptions follow the wishes, one request after the other; never rejects. */
  async #settle(): Promise<void> {
    const { wished, name, log, opened: { dialect }, limits } = this.#options;
    this.#isSettling = true;
    for (const uri of this.#due) {
      this.#due.delete(uri);
      if (this.#isClosed || wished.has(uri) === this.#subscribed.has(uri)) continue;
      const method = wished.has(uri) ? "resources/subscribe" : "resources/unsubscribe";
      if (!this.#subscribed.delete(uri)) this.#subscribed.add(uri);
      try {
        await dialect.request(method, { params: { uri }, timeoutMs: limits.upstreamStartMs });
      } catch (thrown) {
        // It is asked again when the wish is made again, or with the next start.
        this.#subscribed.delete(uri);
        log.debug("upstream_subscription_failed", { upstream: name, why: messageOf(thrown) });
      }
    }
    this.#isSettling = false;
  }

  #listen(): void {
    if (this.#isClosed) return;
    // The first message on its stream is the acknowledgement, so a server keeps nobody waiting for it.
    this.#isOutdated = this.#current?.isAcknowledged === false;
    if (this.#isOutdated) return;
    const notifications = this.#filter();
    const next = { ending: new AbortController(), isAcknowledged: false };
    this.#replaced = this.#current;
    if (Object.keys(notifications).length === 0) {
      this.#current = undefined;
      this.#replaced?.ending.abort();
    } else {
      this.#current = next;
      void this.#run(next, notifications);
    }
  }

  #filter(): JsonObject {
    const { wished, opened: { capabilities } } = this.#options;
    const lists = LISTS.filter((list) => {
      const declared = capabilities[list];
      return isJsonObject(declared) && declared.listChanged === true;
    });
    const namesResources = this.#tellsOfResources && wished.size > 0;
    return {
      ...Object.fromEntries(lists.map((list) => [`${list}ListChanged`, true])),
      ...(namesResources ? { resourceSubscriptions: [...wished] } : {}),
    };
  }

  /** Listens until the server stops to tell, and again a while later; never rejects. */
  async #run(listen: Listen, notifications: JsonObject): Promise<void> {
    const { opened: { dialect }, clock, onGap } = this.#options;
    const { signal } = listen.ending;
    try {
      await dialect.request("subscriptions/listen", { params: { notifications }, signal });
    } catch (thrown) {
      if (!(thrown instanceof CarError)) throw thrown;
    }
    if (this.#current !== listen || this.#isClosed) return;
    this.#current = undefined;
    this.#cancelAgain?.();
    this.#cancelAgain = clock.after(LISTEN_AGAIN_MS, () => {
      if (this.#current === undefined) this.#listen();
      onGap();
    });
  }
}
