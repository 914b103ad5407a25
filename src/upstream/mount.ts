// One mounted server for as long as it is configured: started, listed, called, started again when it
// ends, and given up when it fails too often. Calls run side by side; what is between two starts waits a
// moment or is told that the server is down.

import type { CancelTimer, Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { CarError, messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Log } from "../observe/log.ts";
import type { JsonObject, RpcNotification } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";
import type { OpenChannel } from "./channel.ts";
import { Connection } from "./connection.ts";
import type { Era } from "./dialect.ts";
import { ACKNOWLEDGED, Listening, LISTS } from "./listening.ts";
import { type Listing, listOffer, NO_LISTING } from "./listing.ts";
import { type Opened, openUpstream } from "./opening.ts";
import { Restarts } from "./restarts.ts";
import type { WishTaker } from "./server_offer.ts";

/** What a mount is composed of. */
export interface MountOptions {
  readonly name: string;
  readonly openChannel: OpenChannel;
  /** The time of one call. */
  readonly timeoutMs: number;
  /** The era that an earlier process found. */
  readonly era: Era | undefined;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly log: Log;
  /** Takes each listing, also the empty one of a server that was given up. */
  readonly onListing: (listing: Listing, era: Era | undefined) => void;
  /** Takes the URI of each resource of which the server says that it has changed. */
  readonly onUpdated: (uri: string) => void;
}

/** How a mount is. */
export interface MountState {
  readonly state: "starting" | "ready" | "waiting" | "failed" | "stopped";
  readonly era: Era | undefined;
  readonly restarts: number;
  /** Why it is not ready, where it is not. */
  readonly fault: string | undefined;
}

const LIST_CHANGES: ReadonlySet<string> = new Set(
  LISTS.map((list) => `notifications/${list}/list_changed`),
);

// A call waits that long for a start; for a later one it would wait in vain.
const PATIENCE_MS = 5_000;

/** One mounted server. */
export class Mount implements WishTaker {
  readonly #options: MountOptions;
  readonly #restarts: Restarts;
  #state: MountState["state"] = "starting";
  #era: Era | undefined;
  #fault: string | undefined;
  #connection: Connection | undefined;
  #opened: Opened | undefined;
  /** Settles when the start that runs or is to come has ended, either way. */
  #start = Promise.withResolvers<void>();
  #startDueMs = 0;
  #cancelStart: CancelTimer | undefined;
  #listening: Listening | undefined;
  /** Resources of which somebody wishes to hear, whether the server is up or not. */
  readonly #wished = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #listing: Promise<void> | undefined;
  #listsAgain = false;

  constructor(options: MountOptions) {
    this.#options = options;
    this.#era = options.era;
    this.#restarts = new Restarts(options.clock, options.limits.upstreamRestartsMax);
    this.#running = this.#run();
  }

  /** How it is now. */
  get state(): MountState {
    return {
      state: this.#state,
      era: this.#era,
      restarts: this.#restarts.total,
      fault: this.#state === "ready" ? undefined : this.#fault,
    };
  }

  /** Resolves when the first start has ended, either way. */
  get firstStart(): Promise<void> {
    return this.#start.promise;
  }

  /** Asks the server on behalf of a call; rejects with CarError. */
  async ask(method: string, params: JsonObject, caller: CallContext): Promise<JsonObject> {
    caller.takeUpTo(this.#options.timeoutMs);
    const { signal } = caller;
    const { dialect } = await this.#ready(signal);
    return await dialect.request(method, { params, caller, signal });
  }

  wish(uri: string): void {
    this.#wished.add(uri);
    this.#listening?.wishChanged(uri);
  }

  unwish(uri: string): void {
    this.#wished.delete(uri);
    this.#listening?.wishChanged(uri);
  }

  /** Ends the server; safe to call twice. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    this.#cancelStart?.();
    this.#listening?.close();
    this.#start.resolve();
    await this.#connection?.close();
    await this.#running;
  }

  async #ready(signal: AbortSignal): Promise<Opened> {
    const { clock, name } = this.#options;
    const soon = this.#state === "starting" ||
      (this.#state === "waiting" && this.#startDueMs - clock.monotonicMs() <= PATIENCE_MS);
    if (soon) await orAborted(this.#start.promise, signal);
    if (this.#opened !== undefined) return this.#opened;
    const why = this.#fault === undefined ? "" : `: ${this.#fault}`;
    throw new CarError("closed", `Server "${name}" is down${why}`);
  }

  /** One start and the run after it; never rejects. */
  async #run(): Promise<void> {
    const { log, name } = this.#options;
    let opened: Opened | undefined;
    try {
      opened = await this.#open();
      if (this.#isStopped) return await opened.connection.close();
      this.#opened = opened;
      await this.#list(opened);
      if (this.#isStopped) return await opened.connection.close();
      this.#state = "ready";
      this.#restarts.started();
      log.info("upstream_ready", { upstream: name, era: this.#era });
      this.#listening = this.#listen(opened);
      this.#tellWished();
      this.#start.resolve();
      this.#fault = await opened.connection.ended;
    } catch (thrown) {
      this.#fault = this.#faultOf(thrown);
    }
    this.#opened = undefined;
    this.#listening?.close();
    await opened?.connection.close();
    if (!this.#isStopped) this.#lost();
  }

  #faultOf(thrown: unknown): string {
    if (!(thrown instanceof CarError)) {
      const name = thrown instanceof Error ? thrown.name : typeof thrown;
      this.#options.log.error("fault", { where: "upstream start", name });
      return "Fault while it was started";
    }
    // Why the child ended says more than that it did.
    const why = thrown.code === "closed" ? this.#connection?.endReason : undefined;
    return why ?? thrown.message;
  }

  get #isStopped(): boolean {
    return this.#state === "stopped";
  }

  async #open(): Promise<Opened> {
    const { limits } = this.#options;
    const opened = await openUpstream({ connect: () => this.#connect(), limits, era: this.#era });
    this.#era = opened.dialect.era;
    return opened;
  }

  #connect(): Connection {
    const { name, openChannel, deadlines, limits, log } = this.#options;
    if (this.#isStopped) throw new CarError("closed", `Server "${name}" was stopped`);
    this.#connection = new Connection({
      name,
      openChannel,
      deadlines,
      limits,
      log,
      onNotification: (notification) => this.#noticed(notification),
    });
    return this.#connection;
  }

  #lost(): void {
    const { clock, log, name, onListing } = this.#options;
    const waiting = this.#start;
    this.#start = Promise.withResolvers();
    const delayMs = this.#restarts.next();
    log.warn("upstream_down", { upstream: name, why: this.#fault, retryMs: delayMs });
    if (delayMs === undefined) {
      this.#state = "failed";
      this.#start.resolve();
      onListing(NO_LISTING, this.#era);
    } else {
      this.#state = "waiting";
      this.#startDueMs = clock.monotonicMs() + delayMs;
      this.#cancelStart = clock.after(delayMs, () => {
        this.#state = "starting";
        this.#running = this.#run();
      });
    }
    waiting.resolve();
  }

  #listen(opened: Opened): Listening {
    const { name, clock, limits, log } = this.#options;
    const onGap = () => {
      this.#listAnew();
      this.#tellWished();
    };
    return new Listening({ name, opened, wished: this.#wished, clock, limits, log, onGap });
  }

  #noticed({ method, params }: RpcNotification): void {
    if (method === ACKNOWLEDGED) this.#listening?.acknowledged();
    if (method === "notifications/resources/updated" && typeof params?.uri === "string") {
      this.#options.onUpdated(params.uri);
    }
    if (!LIST_CHANGES.has(method)) return;
    this.#listsAgain = true;
    if (this.#listing === undefined) this.#listAnew();
  }

  /** What changed while nobody listened, or while the server was down, was told to nobody. */
  #tellWished(): void {
    for (const uri of this.#wished) this.#options.onUpdated(uri);
  }

  #listAnew(): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    const { log, name } = this.#options;
    this.#list(opened).catch((thrown) => {
      // What was listed before stays in force.
      log.warn("upstream_list_failed", { upstream: name, why: messageOf(thrown) });
    });
  }

  /** Lists the tools; changes that are told meanwhile are listed after it. */
  async #list(opened: Opened): Promise<void> {
    this.#listsAgain = false;
    this.#listing = this.#listOnce(opened);
    try {
      await this.#listing;
    } finally {
      this.#listing = undefined;
      if (this.#listsAgain) this.#listAnew();
    }
  }

  async #listOnce({ connection, dialect, capabilities }: Opened): Promise<void> {
    const listing = await listOffer(dialect, capabilities, this.#options.limits);
    connection.mirror(listing.mirrored);
    if (!this.#isStopped) this.#options.onListing(listing, this.#era);
  }
}

/** Waits, unless the signal aborts first; then rejects with CarError `cancelled`. */
function orAborted(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new CarError("cancelled", "Cancelled"));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void waiting.then(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
  });
}
