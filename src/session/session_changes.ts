// What one session is told of changes: the lists that its client has seen, or whose namespace it listens
// from, and the resources it subscribed to (2025-11-25, "Subscriptions"). While nobody listens nothing is
// put into the session's log: each change is owed once, and told when the client listens.

import { Access, type Use } from "../auth/access.ts";
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
  /** As it showed itself last. */
  readonly principal: () => Principal;
  /** What it may hear of. Default: everything that is open to its namespaces. */
  readonly access?: Access | undefined;
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

// What is offered to all namespaces; resources are those of one.
const SHARED_LISTS: readonly ListKind[] = ["tools", "prompts"];
const LISTS: readonly ListKind[] = [...SHARED_LISTS, "resources"];

/** Tells one session's client of changes. */
export class SessionChanges implements Subscriptions {
  readonly #options: SessionChangesOptions;
  readonly #access: Access;
  readonly #subscribed = new Map<string, StoredSubscription>();
  /** Made by the first wish: most sessions only call. */
  #listener: ChangeListener | undefined;
  /** Those whose lists the client has seen or listens for. */
  readonly #namespaces = new Set<string>();
  /** Those of them whose resources are open to the principal. */
  readonly #open = new Set<string>();
  /** By their text: what was to be told while nobody listened. */
  #owed: Map<string, RpcNotification> | undefined;
  #isClosed = false;

  constructor(options: SessionChangesOptions) {
    this.#options = options;
    this.#access = options.access ?? new Access();
    for (const subscription of options.restored ?? []) this.#add(subscription);
    this.keepToAccess();
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
    const namespace = named ?? ownNamespaceOf(this.#options.principal());
    if (this.#isClosed) return;
    // No namespace has such a name, and nothing of any length is kept.
    if (namespace.length > LIMIT_RANGES.namespaceCharsMax.max) return;
    if (this.#namespaces.has(namespace)) return this.#watchResources(namespace);
    this.#namespaces.add(namespace);
    for (const kind of SHARED_LISTS) this.#listen().add({ kind, namespace });
    this.#watchResources(namespace);
    if (this.#namespaces.size <= NAMESPACES_MAX) return;
    const [oldest = ""] = this.#namespaces;
    this.#namespaces.delete(oldest);
    this.#open.delete(oldest);
    for (const kind of LISTS) this.#listen().remove({ kind, namespace: oldest });
  }

  /** Tells nothing more of what the principal, as it shows itself now, may not use. */
  keepToAccess(): void {
    for (const namespace of this.#namespaces) this.#watchResources(namespace);
    for (const subscription of [...this.#subscribed.values()]) {
      if (!this.#maySee(subscription)) this.remove({ kind: "resource", ...subscription });
    }
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

  // Whose namespace it is not learns not even when something happens there.
  #watchResources(namespace: string): void {
    const wish = { kind: "resources", namespace } as const;
    const isOpen = this.#mayUse({ kind: "resources" }, namespace);
    if (isOpen === this.#open.has(namespace)) return;
    if (isOpen) {
      this.#open.add(namespace);
      this.#listen().add(wish);
    } else {
      this.#open.delete(namespace);
      this.#listen().remove(wish);
    }
  }

  #maySee({ namespace, uri, toldAs }: StoredSubscription): boolean {
    return this.#mayUse({ kind: "resource", uri: toldAs, canonical: uri }, namespace);
  }

  #mayUse(use: Use, namespace: string): boolean {
    return this.#access.judge(this.#options.principal(), use, namespace).kind === "allowed";
  }

  #add(subscription: StoredSubscription): void {
    this.#subscribed.set(keyOf(subscription), subscription);
    this.#listen().add({ kind: "resource", ...subscription });
  }

  #listen(): ChangeListener {
    const { hub, principal } = this.#options;
    return this.#listener ??= hub.listen(principal(), (change) => this.#tell(change));
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
