// `subscriptions/listen` (2026-07-28, "Subscriptions"): a request that lasts as long as its stream and
// is told of the changes that its filter names. The first message says which part of the filter is
// honoured; every message names the request, since a client may have several. When the server ends it,
// the request is answered; a stream that breaks off says nothing.

import type { CredentialHolder, StandingOf } from "../auth/credential_watch.ts";
import type { Principal } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";
import type { MethodHandler } from "../rpc/dispatcher.ts";
import { notificationOf } from "../rpc/change_notification.ts";
import type { ChangeHub, ChangeListener, ListKind, Wish } from "../rpc/changes.ts";
import { type Admission, ENTRANCE_OF_RESOURCES, entranceOfResource } from "../tools/admission.ts";
import { namespaceOf } from "../tools/namespace.ts";
import type { Task } from "../tasks/task.ts";
import { knownTasks, watchTasks } from "./_task_watch.ts";
import { assertKnowsTasks, type TaskMethodParts } from "./methods/tasks.ts";
import type { ResourceRegistry } from "../tools/resource_registry.ts";

/** What listeners are composed of. */
export interface ListenersOptions {
  readonly changes: ChangeHub;
  readonly resources: Pick<ResourceRegistry, "canonicalUri">;
  readonly admission: Admission;
  /** Requests that may listen at the same time; one more is refused. */
  readonly listenersMax: number;
  /** Resources, and tasks, that one of them may name. */
  readonly subscriptionsMax: number;
  /** Characters of the URI of one. */
  readonly uriCharsMax: number;
  readonly taskMethods: TaskMethodParts;
}

/** What a listener wants to hear of, and what is honoured of it. */
interface Filter {
  readonly lists: readonly ListKind[];
  readonly uris: readonly string[];
  readonly tasks: readonly Task[];
}

/** A filter as it was sent. */
interface WantedFilter extends Omit<Filter, "tasks"> {
  readonly taskIds: readonly string[];
}

/** The member of `_meta` that names the request a message belongs to. */
export const SUBSCRIPTION_ID_KEY = "io.modelcontextprotocol/subscriptionId";

const LIST_MEMBERS: readonly (readonly [ListKind, string])[] = [
  ["tools", "toolsListChanged"],
  ["prompts", "promptsListChanged"],
  ["resources", "resourcesListChanged"],
];
const URIS_MEMBER = "resourceSubscriptions";
const TASKS_MEMBER = "taskIds";

/** The requests that listen. */
export class Listeners implements CredentialHolder {
  readonly #options: ListenersOptions;
  /** Ends each of them gracefully. */
  readonly #open = new Map<() => void, Principal>();
  #isClosed = false;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** How many requests listen now. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Answers `subscriptions/listen` when nothing is left to listen for. Throws CarError
   * `invalid_argument` for a filter that is none, `limit_reached` beyond the bound, `capability_missing`
   * for tasks of a client that does not know them.
   */
  readonly listen: MethodHandler = (params, context) => {
    const { taskIds, ...wanted } = readFilter(params?.notifications, this.#options);
    if (taskIds.length > 0) assertKnowsTasks(context);
    const tasks = knownTasks(taskIds, this.#options.taskMethods, context);
    const { admission, resources } = this.#options;
    // What is hidden is told of no more than what is not there.
    const uris = wanted.uris.filter((uri) =>
      admission.opens(entranceOfResource(uri, resources), context.origin)
    );
    const lists = wanted.lists.filter((kind) =>
      kind !== "resources" || admission.opens(ENTRANCE_OF_RESOURCES, context.origin)
    );
    const filter: Filter = { lists, uris, tasks };
    if (this.#open.size >= this.#options.listenersMax) {
      throw new CarError("limit_reached", `Too many listeners: ${this.#open.size}`);
    }
    const wishes = this.#wishesOf(filter, namespaceOf(context));
    if (!this.#options.changes.hasRoomFor(filter.uris.length)) {
      throw new CarError("limit_reached", "Too many resources are listened to");
    }
    context.takeUpTo(Infinity);
    const _meta = { [SUBSCRIPTION_ID_KEY]: context.requestId };
    const acknowledged = { _meta, notifications: honoured(filter) };
    if (!context.notify("notifications/subscriptions/acknowledged", acknowledged)) {
      throw new CarError("closed", "No stream leads to the client");
    }
    const isEmpty = filter.lists.length + filter.uris.length + tasks.length === 0;
    if (isEmpty || this.#isClosed) return { _meta };
    return this.#listen(wishes, { filter, context }).then(() => ({ _meta }));
  };

  /** Ends all of them gracefully; further ones end at once. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    for (const end of [...this.#open.keys()]) end();
  }

  /** Ends those of whoever would not be let in any more. */
  recheck(standingOf: StandingOf): void {
    for (const [end, principal] of [...this.#open]) if (standingOf(principal) !== "valid") end();
  }

  /** What is to be heard of; throws before anything was said or is held. */
  #wishesOf({ lists, uris }: Filter, namespace: string): readonly Wish[] {
    const { resources } = this.#options;
    const named = uris.map((uri): Wish => ({
      kind: "resource",
      namespace,
      uri: resources.canonicalUri(uri),
      toldAs: uri,
    }));
    return [...lists.map((kind) => ({ kind, namespace })), ...named];
  }

  #listen(wishes: readonly Wish[], listening: Listening): Promise<void> {
    const { context } = listening;
    const listener = this.#options.changes.listen(context.principal, (change) => {
      const { method, params } = notificationOf(change);
      const _meta = { [SUBSCRIPTION_ID_KEY]: context.requestId };
      context.notify(method, { ...params, _meta });
    });
    try {
      for (const wish of wishes) listener.add(wish);
      return this.#untilEnd(listener, listening);
    } catch (thrown) {
      listener.close();
      throw thrown;
    }
  }

  #untilEnd(listener: ChangeListener, { filter, context }: Listening): Promise<void> {
    const { signal, requestId } = context;
    const { lists, uris, tasks: known } = filter;
    return new Promise((resolve) => {
      const end = () => {
        this.#open.delete(end);
        signal.removeEventListener("abort", end);
        listener.close();
        stopWatching();
        resolve();
      };
      // What has ended is told of no more; who listens to nothing else is done.
      const onEnded = lists.length + uris.length === 0 ? () => queueMicrotask(end) : () => {};
      const watch = { ...this.#options.taskMethods, known, onEnded };
      const stopWatching = watchTasks(watch, context, { [SUBSCRIPTION_ID_KEY]: requestId });
      this.#open.set(end, context.principal);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
    });
  }
}

interface Listening {
  readonly filter: Filter;
  readonly context: CallContext;
}

type FilterBounds = Pick<ListenersOptions, "subscriptionsMax" | "uriCharsMax">;

function readFilter(notifications: unknown, bounds: FilterBounds): WantedFilter {
  if (!isJsonObject(notifications)) {
    throw new CarError("invalid_argument", 'Parameter "notifications" must be an object');
  }
  const lists = LIST_MEMBERS.filter(([, member]) => readFlag(notifications, member));
  return {
    lists: lists.map(([kind]) => kind),
    uris: readNames(notifications, URIS_MEMBER, bounds),
    taskIds: readNames(notifications, TASKS_MEMBER, bounds),
  };
}

function readNames(
  notifications: JsonObject,
  member: string,
  { subscriptionsMax: most, uriCharsMax }: FilterBounds,
): readonly string[] {
  const names = notifications[member] ?? [];
  const where = `Parameter "notifications.${member}"`;
  if (!Array.isArray(names) || !names.every(isText)) {
    throw new CarError("invalid_argument", `${where} must be a list of strings`);
  }
  if (names.some((name) => name.length > uriCharsMax)) {
    throw new CarError(
      "invalid_argument",
      `${where} has an entry of over ${uriCharsMax} characters`,
    );
  }
  if (names.length > most) {
    const message = `${where} has too many entries: ${names.length}, at most ${most}`;
    throw new CarError("invalid_argument", message);
  }
  return [...new Set(names)];
}

// Half a surrogate pair can be written into no URI.
function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

function readFlag(notifications: JsonObject, member: string): boolean {
  const flag = notifications[member] ?? false;
  if (typeof flag === "boolean") return flag;
  throw new CarError("invalid_argument", `Parameter "notifications.${member}" must be a boolean`);
}

/** The filter as it is written on the wire. */
function honoured({ lists, uris, tasks }: Filter): JsonObject {
  const flags = LIST_MEMBERS.filter(([kind]) => lists.includes(kind));
  return {
    ...Object.fromEntries(flags.map(([, member]) => [member, true])),
    ...given(URIS_MEMBER, uris.length > 0 ? uris : undefined),
    ...given(TASKS_MEMBER, tasks.length > 0 ? tasks.map(({ id }) => id) : undefined),
  };
}
