// Who is told of what has changed: lists of tools, prompts and resources, and single resources. One hub
// serves both eras: a legacy session is one listener with wishes that come and go, a
// `subscriptions/listen` request one with wishes that are fixed.
//
// Whoever changes something publishes a Change and says whom it concerns: everybody, those who work in
// a namespace, or one principal. A listener is told of a change when it wished for that and works there:
//
//   const listener = hub.listen(principal, (change) => send(notificationOf(change)));
//   listener.add({ kind: "resources", namespace });
//   listener.add({ kind: "resource", namespace, uri });
//   listener.close();
//
// A change is told at once, and the same one not again before PAUSE_MS have passed; what happens in
// between is told in one message at the end. So many changes make few messages, and what nobody wishes
// for costs one look into a map.

import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../base/clock.ts";
import { type Deadline, Deadlines } from "../base/deadlines.ts";
import { atOnce, inTurns, type Steps } from "../base/in_turns.ts";
import { WatchedResources, type WatchResource } from "./_watched_resources.ts";
import { topicKey, wishKey } from "./wish_keys.ts";

/** A list that may change. */
export type ListKind = "tools" | "prompts" | "resources";

/** Whom a change concerns; undefined stands for everybody. */
export type Audience =
  | { readonly namespace: string }
  | { readonly principalId: string }
  | undefined;

/** Something that has changed. */
export type Change =
  & { readonly audience?: Audience }
  & (
    | { readonly kind: ListKind }
    | {
      readonly kind: "resource";
      /** In its canonical form. */
      readonly uri: string;
      /** It was erased: everybody is told before `publish()` returns, and nothing names it later. */
      readonly isErased?: boolean;
    }
  );

/** What a listener wants to hear of, in the namespace in which it would look. */
export type Wish = { readonly kind: ListKind; readonly namespace: string } | ResourceWish;

/** The wish to hear of one resource. */
export interface ResourceWish {
  readonly kind: "resource";
  readonly namespace: string;
  /** In its canonical form. */
  readonly uri: string;
  /** The form in which the listener knows it. Default: the canonical one. */
  readonly toldAs?: string;
}

/** What a listener is told. */
export type ToldChange =
  | { readonly kind: ListKind }
  | { readonly kind: "resource"; readonly uri: string };

/** Takes what a listener is told; false or an exception is nobody's concern but its own. */
export type TellChange = (change: ToldChange) => void;

/** A listener of a hub. */
export interface ChangeListener {
  /**
   * Wishes to hear of something from now on; the same wish twice is one. A wish for a resource is not
   * taken where the hub has no room for it.
   */
  add(wish: Wish): void;
  /** Takes a wish back; does nothing for one that was never made. */
  remove(wish: Wish): void;
  /** Is told nothing more; safe to call twice. */
  close(): void;
}

/** Begins to watch what publishes changes of resources; the returned function ends it. */
export type WatchResources = () => () => void;

/** Options of ChangeHub. */
export interface ChangeHubOptions {
  readonly clock: Clock;
  /** Wishes for single resources, of all listeners together: each keeps a URI. */
  readonly resourceWishesMax: number;
  /** Is told of a listener that throws. */
  readonly onFault: (thrown: unknown) => void;
}

/** The least time between two messages about one thing. */
export const PAUSE_MS = 500;
const TICK_MS = 100;
// So many are told without giving others a turn.
const TOLD_AT_ONCE = 16;

/** What is told at the same time to the same listeners. */
interface Topic {
  readonly name: string;
  readonly audience: Audience;
  /** Undefined for a list. */
  readonly uri: string | undefined;
  readonly wishes: Set<HeldWish>;
  /** Runs while a change was told a short while ago. */
  pause: Deadline | undefined;
  hasChanged: boolean;
  /** Counts the tellings: only the last one goes on. */
  telling: number;
}

interface HeldWish {
  /** Of whatever audience the listener is in. */
  readonly topics: readonly Topic[];
  readonly tell: TellChange;
  readonly told: ToldChange;
}

/** Brings changes to those who wish to hear of them. */
export class ChangeHub {
  readonly #clock: Clock;
  readonly #onFault: (thrown: unknown) => void;
  readonly #pauses: Deadlines;
  readonly #topics = new Map<string, Topic>();
  #resourceWishes = 0;
  /** Those of them that name one. */
  #uris = 0;
  readonly #urisMax: number;
  #size = 0;
  readonly #watched: WatchedResources;
  #watch: WatchResources | undefined;
  #stopWatching: (() => void) | undefined;
  #isClosed = false;

  constructor({ clock, onFault, resourceWishesMax }: ChangeHubOptions) {
    this.#clock = clock;
    this.#urisMax = resourceWishesMax;
    this.#onFault = onFault;
    this.#watched = new WatchedResources(onFault);
    this.#pauses = new Deadlines({ clock, tickMs: TICK_MS });
  }

  /** How many wishes are held, of all listeners. */
  get size(): number {
    return this.#size;
  }

  /** Whether so many more wishes for single resources would be taken. */
  hasRoomFor(resources: number): boolean {
    return this.#uris + resources <= this.#urisMax;
  }

  /** Has `watch` run while anybody wishes to hear of resources. */
  watchResources(watch: WatchResources): void {
    this.#watch = watch;
    if (this.#resourceWishes > 0) this.#stopWatching = watch();
  }

  /** Has `watch` run for each resource as long as anybody wishes to hear of it. */
  watchEach(watch: WatchResource): void {
    this.#watched.watchBy(watch);
  }

  /** Adds a listener without wishes; it is told on behalf of that principal. */
  listen(principal: Principal, tell: TellChange): ChangeListener {
    const held = new Map<string, HeldWish>();
    let isOver = false;
    return {
      add: (wish) => {
        const key = wishKey(wish);
        if (this.#isClosed || isOver || held.has(key)) return;
        if (wish.kind === "resource" && !this.hasRoomFor(1)) return;
        held.set(key, this.#hold(wish, principal, tell));
      },
      remove: (wish) => {
        const key = wishKey(wish);
        const heldWish = held.get(key);
        if (heldWish === undefined) return;
        held.delete(key);
        this.#release(heldWish);
      },
      close: () => {
        isOver = true;
        for (const heldWish of held.values()) this.#release(heldWish);
        held.clear();
      },
    };
  }

  /** Says that something has changed; returns before everybody knows, and never throws. */
  publish(change: Change): void {
    const topic = this.#topics.get(topicKey(change, change.audience));
    if (topic === undefined) return;
    if ("isErased" in change && change.isErased === true) {
      topic.hasChanged = false;
      atOnce(this.#telling(topic));
    } else if (topic.pause === undefined) this.#tell(topic);
    else topic.hasChanged = true;
  }

  /** Where somebody wishes to hear of resources, and of which; undefined: of the list. */
  *wished(): Iterable<{ readonly namespace: string; readonly uri: string | undefined }> {
    for (const { audience, uri, wishes: [held] } of this.#topics.values()) {
      if (held === undefined || !isAboutResources(held.told) || audience === undefined) continue;
      if ("namespace" in audience) yield { namespace: audience.namespace, uri };
    }
  }

  /** Ends all listeners; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#pauses.close();
    this.#topics.clear();
    this.#watched.close();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #hold(wish: Wish, { id: principalId }: Principal, tell: TellChange): HeldWish {
    // First, so that what changed before the wish is not told as if it had changed after it.
    if (isAboutResources(wish) && this.#resourceWishes++ === 0) {
      this.#stopWatching = this.#watch?.();
    }
    this.#size++;
    if (wish.kind === "resource") this.#uris++;
    const { namespace } = wish;
    const topics = [undefined, { namespace }, { principalId }]
      .map((audience) => this.#topic(wish, audience));
    const held = { topics, tell, told: toldOf(wish) };
    for (const topic of topics) topic.wishes.add(held);
    if (wish.kind === "resource") this.#watched.add(wish.uri);
    return held;
  }

  #topic(wish: Wish, audience: Audience): Topic {
    const name = topicKey(wish, audience);
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const uri = wish.kind === "resource" ? wish.uri : undefined;
    const idle = { pause: undefined, hasChanged: false, telling: 0 };
    const topic: Topic = { name, audience, uri, wishes: new Set(), ...idle };
    this.#topics.set(name, topic);
    return topic;
  }

  #release(held: HeldWish): void {
    this.#size--;
    if (held.told.kind === "resource") this.#uris--;
    // The URI of a topic is the canonical one.
    this.#watched.remove(held.topics[0]?.uri);
    for (const topic of held.topics) {
      topic.wishes.delete(held);
      if (topic.wishes.size > 0) continue;
      topic.pause?.cancel();
      this.#topics.delete(topic.name);
    }
    if (!this.#isClosed && isAboutResources(held.told) && --this.#resourceWishes === 0) {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
    }
  }

  #tell(topic: Topic): void {
    topic.hasChanged = false;
    topic.pause = this.#pauses.add(PAUSE_MS, () => {
      topic.pause = undefined;
      if (topic.hasChanged) this.#tell(topic);
    });
    inTurns(this.#telling(topic), this.#clock).catch(this.#onFault);
  }

  *#telling(topic: Topic): Steps<void> {
    const telling = ++topic.telling;
    let told = 0;
    // Those who come meanwhile have just begun to look.
    for (const held of [...topic.wishes]) {
      if (++told % TOLD_AT_ONCE === 0) yield;
      // Whoever is told again is told by the later one.
      if (this.#isClosed || topic.telling !== telling) return;
      if (!topic.wishes.has(held)) continue;
      try {
        held.tell(held.told);
      } catch (thrown) {
        this.#onFault(thrown);
      }
    }
  }
}

function isAboutResources({ kind }: { readonly kind: Change["kind"] }): boolean {
  return kind === "resource" || kind === "resources";
}

function toldOf(wish: Wish): ToldChange {
  return wish.kind === "resource"
    ? { kind: wish.kind, uri: wish.toldAs ?? wish.uri }
    : { kind: wish.kind };
}
