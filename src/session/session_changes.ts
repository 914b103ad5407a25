// What one session is told of changes: the lists of the namespace in which its client listens, and the
// resources it subscribed to (2025-11-25, "Subscriptions"). While nobody listens nothing is put into the
// session's log: each change is owed once, and told when the client listens again.

import type { Principal } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import type { RpcNotification } from "../protocol/json_rpc.ts";
import {
  type ChangeHub,
  type ChangeListener,
  type ListKind,
  notificationOf,
  type ResourceWish,
  type ToldChange,
} from "../rpc/changes.ts";
import type { ResourceSubscriptions } from "../rpc/context.ts";

/** What SessionChanges is composed of. */
export interface SessionChangesOptions {
  readonly hub: ChangeHub;
  readonly principal: Principal;
  /** Resources that may be subscribed to. */
  readonly subscriptionsMax: number;
  /** Whether the client takes messages now. */
  readonly isListening: () => boolean;
  readonly send: (message: RpcNotification) => void;
}

const LISTS: readonly ListKind[] = ["tools", "prompts", "resources"];

/** Tells one session's client of changes. */
export class SessionChanges implements ResourceSubscriptions {
  readonly #options: SessionChangesOptions;
  readonly #wishes = new Map<string, ResourceWish>();
  /** Made by the first wish: most sessions only call. */
  #listener: ChangeListener | undefined;
  #namespace: string | undefined;
  /** By their text: what was to be told while nobody listened. */
  #owed: Map<string, RpcNotification> | undefined;
  #isClosed = false;

  constructor(options: SessionChangesOptions) {
    this.#options = options;
  }

  /** Resources that the client subscribed to. */
  get subscriptions(): number {
    return this.#wishes.size;
  }

  add(wish: ResourceWish): void {
    const key = keyOf(wish);
    if (this.#isClosed || this.#wishes.has(key)) return;
    const most = this.#options.subscriptionsMax;
    if (this.#wishes.size >= most) {
      const message = `Too many subscriptions: ${this.#wishes.size}, at most ${most}`;
      throw new CarError("limit_reached", message, { data: { maximum: most } });
    }
    this.#wishes.set(key, wish);
    this.#listen().add(wish);
  }

  remove(wish: ResourceWish): void {
    if (!this.#wishes.delete(keyOf(wish))) return;
    this.#listener?.remove(wish);
  }

  /** The client listens, as somebody who works in that namespace. */
  startListening(namespace: string): void {
    if (this.#isClosed) return;
    if (namespace !== this.#namespace) {
      const before = this.#namespace;
      this.#namespace = namespace;
      for (const kind of LISTS) {
        if (before !== undefined) this.#listen().remove({ kind, namespace: before });
        this.#listen().add({ kind, namespace });
      }
    }
    this.tellOwed();
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
    this.#wishes.clear();
    this.#owed = undefined;
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

function keyOf({ namespace, uri, toldAs = uri }: ResourceWish): string {
  return JSON.stringify([namespace, uri, toldAs]);
}
