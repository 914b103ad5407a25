// What one session is told of changes: the lists that its client has seen, or whose namespace it listens
// from, and the resources it subscribed to (2025-11-25, "Subscriptions"). While nobody listens nothing is
// put into the session's log: each change is owed once, and told when the client listens.

import { ownNamespaceOf, type Principal } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import type { RpcNotification } from "../protocol/json_rpc.ts";
import { notificationOf } from "../rpc/change_notification.ts";
import type {
  ChangeHub,
  ChangeListener,
  ListKind,
  ResourceWish,
  ToldChange,
} from "../rpc/changes.ts";
import type { Subscriptions } from "../rpc/context.ts";
import { wishKey } from "../rpc/wish_keys.ts";
import type { StoredSubscription } from "./ports.ts";

/** What SessionChanges is composed of. */
export interface SessionChangesOptions {
  readonly hub: ChangeHub;
  readonly principal: Principal;
  /** Resources that may be subscribed to. */
  readonly subscriptionsMax: number;
  /** Whether the client takes messages now. */
  readonly isListening: () => boolean;
  readonly send: (message: RpcNotification) => void;
  /** Keeps subscriptions over a restart. */
  readonly keeper?: SubscriptionKeeper | undefined;
  /** What an earlier process kept. */
  readonly restored?: readonly StoredSubscription[] | undefined;
}

/** Keeps subscriptions beyond the process; never throws. */
export interface SubscriptionKeeper {
  subscribed(subscription: StoredSubscription): void;
  unsubscribed(subscription: StoredSubscription): void;
}

// A client works in one, seldom in a few; that of the longest time ago is forgotten.
const NAMESPACES_MAX = 16;

const LISTS: readonly ListKind[] = ["tools", "prompts", "resources"];

/** Tells one session's client of changes. */
export class SessionChanges implements Subscriptions {
  readonly #options: SessionChangesOptions;
  readonly #subscribed = new Set<string>();
  /** Made by the first wish: most sessions only call. */
  #listener: ChangeListener | undefined;
  /** Those whose lists the client has seen or listens for. */
  readonly #namespaces = new Set<string>();
  /** By their text: what was to be told while nobody listened. */
  #owed: Map<string, RpcNotification> | undefined;
  #isClosed = false;

  constructor(options: SessionChangesOptions) {
    this.#options = options;
    for (const subscription of options.restored ?? []) this.#add(subscription);
  }

  add(wish: ResourceWish): void {
    const subscription = subscriptionOf(wish);
    if (this.#isClosed || this.#subscribed.has(keyOf(subscription))) return;
    const most = this.#options.subscriptionsMax;
    if (this.#subscribed.size >= most) {
      const message = `Too many subscriptions: ${this.#subscribed.size}, at most ${most}`;
      throw new CarError("limit_reached", message, { data: { maximum: most } });
    }
    if (!this.#options.hub.hasRoomFor(1)) {
      throw new CarError("limit_reached", "Too many subscriptions, of all clients together");
    }
    this.#add(subscription);
    this.#options.keeper?.subscribed(subscription);
  }

  remove(wish: ResourceWish): void {
    const subscription = subscriptionOf(wish);
    if (!this.#subscribed.delete(keyOf(subscription))) return;
    this.#listener?.remove(wish);
    this.#options.keeper?.unsubscribed(subscription);
  }

  watchLists(named: string | undefined): void {
    const namespace = named ?? ownNamespaceOf(this.#options.principal);
    if (this.#isClosed || this.#namespaces.has(namespace)) return;
    // No namespace has such a name, and nothing of any length is kept.
    if (namespace.length > LIMIT_RANGES.namespaceCharsMax.max) return;
    this.#namespaces.add(namespace);
    for (const kind of LISTS) this.#listen().add({ kind, namespace });
    if (this.#namespaces.size <= NAMESPACES_MAX) return;
    const [oldest = ""] = this.#namespaces;
    this.#namespaces.delete(oldest);
    for (const kind of LISTS) this.#listen().remove({ kind, namespace: oldest });
  }

  /** Forgets what is owed with such a text. */
  dropOwed(matches: (json: string) => boolean): void {
    for (const json of this.#owed?.keys() ?? []) if (matches(json)) this.#owed?.delete(json);
  }

  /** Tells what is owed, if the client takes messages by now. */
  tellOwed(): void {
    const owed = this.#owed;
    if (owed === undefined || !this.#options.isListening()) return;
    this.#owed = undefined;
    for (const message of owed.values()) this.#options.send(message);
  }

  /** Tells nothing more; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#listener?.close();
    this.#subscribed.clear();
    this.#owed = undefined;
  }

  #add(subscription: StoredSubscription): void {
    this.#subscribed.add(keyOf(subscription));
    this.#listen().add({ kind: "resource", ...subscription });
  }

  #listen(): ChangeListener {
    const { hub, principal } = this.#options;
    return this.#listener ??= hub.listen(principal, (change) => this.#tell(change));
  }

  #tell(change: ToldChange): void {
    const message = notificationOf(change);
    if (this.#options.isListening()) this.#options.send(message);
    // There are no more of them than wishes.
    else (this.#owed ??= new Map()).set(JSON.stringify(message), message);
  }
}

function subscriptionOf({ namespace, uri, toldAs = uri }: ResourceWish): StoredSubscription {
  return { namespace, uri, toldAs };
}

function keyOf(subscription: StoredSubscription): string {
  return wishKey({ kind: "resource", ...subscription });
}
