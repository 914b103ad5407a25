// What travels with one call: who asks, in which revision, through which session, what it may say
// before its answer, and how it ends early. Handlers get it and nothing else of the transport; it
// never holds a header or a token.

import type { Principal } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import type { JsonObject, OutgoingMessage, RequestId } from "../protocol/json_rpc.ts";
import type { ClientCapabilities, ClientInfo, Handshake } from "../protocol/lifecycle.ts";
import { isAtLeast, type LoggingLevel } from "../protocol/logging.ts";
import type { Revision } from "../protocol/revisions.ts";
import { TASKS_CAPABILITY, TASKS_EXTENSION } from "../protocol/tasks_extension.ts";
import type { ResourceWish } from "./changes.ts";
import type {
  Answers,
  AnswerTo,
  AskingOptions,
  Question,
  Questions,
  UrlQuestion,
} from "./questions.ts";

/** Which log messages a client wants to hear. */
export interface LoggingPreference {
  /** The least severe one. */
  readonly level: LoggingLevel;
  /** Changes it for the calls to come; undefined where no session keeps it. */
  readonly set?: (level: LoggingLevel) => void;
}

/** Where a request works, as the transport was told for this request alone. */
export interface CallPlace {
  /** The namespace, unchecked; undefined where none was named. */
  readonly namespace?: string | undefined;
  /** The absolute folder the caller works in, not looked at yet; undefined where none was named. */
  readonly project?: string | undefined;
}

/** Of what a session wants to be told when it changes. */
export interface Subscriptions {
  /**
   * The client has seen a list, and is told when the lists of that namespace change; undefined: of the
   * principal's own.
   */
  watchLists(namespace: string | undefined): void;
  /** Throws CarError `limit_reached` when there are too many. */
  add(wish: ResourceWish): void;
  remove(wish: ResourceWish): void;
}

/** What the transport knows about a request before it is dispatched. */
export interface CallOrigin extends CallPlace {
  readonly principal: Principal;
  readonly revision: Revision;
  /** The session's id; undefined on a sessionless request. */
  readonly sessionId?: string | undefined;
  readonly client?: ClientInfo | undefined;
  readonly capabilities?: ClientCapabilities | undefined;
  /** What the client wants of log messages; undefined: nothing. */
  readonly logging?: LoggingPreference | undefined;
  /** Undefined where no session keeps any. */
  readonly subscriptions?: Subscriptions | undefined;
  /** Throws CarError `denied` for a namespace that is not open to this call; undefined: all are. */
  readonly checkNamespace?: ((namespace: string) => void) | undefined;
  /** What `initialize` settled; only there. */
  readonly handshake?: Handshake | undefined;
}

/** A call's way to its client. */
export interface CallLink {
  readonly signal: AbortSignal;
  readonly progressToken: RequestId | undefined;
  /** Sends a message that belongs to the call; false if it cannot be delivered or the call is over. */
  say(message: OutgoingMessage): boolean;
  /** Sends such a message about progress; false also where the progress does not rise. */
  sayProgress(progress: number, message: OutgoingMessage): boolean;
  ask<Asked extends Questions>(
    questions: Asked,
    options?: AskingOptions,
  ): Promise<Answers<Asked>>;
  /** Whether that was marked in a round of the call. */
  isMarked(mark: string): boolean;
  mark(mark: string): void;
  /** Ends a call of a revision with rounds by sending the person to pages; always rejects. */
  openPages(pages: Questions): Promise<never>;
  disconnect(retryMs?: number): boolean;
  /** Whether the client knows tasks, and the call may go on as one. */
  readonly canBecomeTask: boolean;
  /** False if it stays a call; throws CarError `storage_failed`. */
  becomeTask(): boolean;
  /** From now on the call may take that long; Infinity: as long as its stream lasts. */
  takeUpTo(callMs: number): void;
}

/** How far a call is. */
export interface Progress {
  /** Finite, and rises from one message to the next; one that does not is not sent. */
  readonly progress: number;
  /** What `progress` is out of, where that is known; said only if it is finite. */
  readonly total?: number;
  /** For a person to read. */
  readonly message?: string;
}

/** One call on its way through dispatcher, method and tool. */
export class CallContext {
  readonly requestId: RequestId;
  readonly origin: CallOrigin;
  readonly #link: CallLink;

  constructor(requestId: RequestId, origin: CallOrigin, link: CallLink) {
    this.requestId = requestId;
    this.origin = origin;
    this.#link = link;
  }

  /** The same call with another way to its client. */
  through(wrap: (link: CallLink) => CallLink): CallContext {
    return new CallContext(this.requestId, this.origin, wrap(this.#link));
  }

  /** The same call, held to the namespaces that pass the check. */
  checkingNamespaces(checkNamespace: (namespace: string) => void): CallContext {
    return new CallContext(this.requestId, { ...this.origin, checkNamespace }, this.#link);
  }

  /** On whose behalf the call runs. */
  get principal(): Principal {
    return this.origin.principal;
  }

  /** The revision the answer is written in. */
  get revision(): Revision {
    return this.origin.revision;
  }

  /** Aborts on cancellation, deadline and the end of the session. */
  get signal(): AbortSignal {
    return this.#link.signal;
  }

  /** Whether the client asked to be told of progress. */
  get wantsProgress(): boolean {
    return this.#link.progressToken !== undefined;
  }

  /**
   * Gives the call another time than `limits.callMs`, counted from now; for what is known to take
   * long, such as the tool of a mounted server.
   */
  takeUpTo(callMs: number): void {
    this.#link.takeUpTo(callMs);
  }

  /**
   * Answers the call now with the handle of a task (SEP-2663), as which it goes on; for what is known to
   * take long. Questions that come later are put through the task. False if the call stays a call:
   * the client does not know tasks, or there is no room for one. Throws CarError `storage_failed`.
   */
  becomeTask(): boolean {
    return this.#link.becomeTask();
  }

  /**
   * As becomeTask(), for what cannot be done within a call. Throws CarError `capability_missing` where the
   * client does not know tasks, `limit_reached` where there is no room for one, `storage_failed`.
   */
  requireTask(): void {
    if (this.becomeTask()) return;
    if (this.#link.canBecomeTask) throw new CarError("limit_reached", "No room for another task");
    const message = `The call takes a task: it did not declare ${TASKS_EXTENSION}`;
    const data = { requiredCapabilities: TASKS_CAPABILITY };
    throw new CarError("capability_missing", message, { data });
  }

  /**
   * Tells the client how far the call is, if it asked to be told (2025-11-25, "Progress"). False if
   * nothing was sent: no token, no rise, no stream, or the call is over.
   */
  progress({ progress, total, message }: Progress): boolean {
    const progressToken = this.#link.progressToken;
    if (progressToken === undefined) return false;
    return this.#link.sayProgress(progress, {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: {
        progressToken,
        progress,
        // JSON would make null of what is not finite.
        ...given("total", Number.isFinite(total) ? total : undefined),
        ...given("message", this.revision.hasProgressMessages ? message : undefined),
      },
    });
  }

  /**
   * Sends a log message to the client, if it wants such (2025-11-25, "Logging"). `data` is any JSON
   * value and must hold no secret. False if nothing was sent.
   */
  log(level: LoggingLevel, data: unknown, logger?: string): boolean {
    const wanted = this.origin.logging?.level;
    if (wanted === undefined || !isAtLeast(level, wanted)) return false;
    return this.#link.say({
      jsonrpc: "2.0",
      method: "notifications/message",
      params: { level, ...given("logger", logger), data },
    });
  }

  /**
   * Asks the client and waits for the answers; the keys are the handler's own. Rejects with CarError:
   * `capability_missing` if the client did not declare what is needed (then nothing was asked),
   * `deadline_exceeded`, `cancelled`, `closed` if no stream leads to the client, `conflict` if the
   * client answered with an error or with what fits no answer, `limit_reached`.
   * Where the revision has rounds (2026-07-28) the call ends here, by a rejection with `suspended` and an
   * abort of its signal, and the handler runs again from its beginning when the client comes back with
   * the answers. So a handler changes nothing before its first question, and asks the same again if it
   * is given the same; an answer to another question is not taken.
   */
  askAll<Asked extends Questions>(
    questions: Asked,
    options?: AskingOptions,
  ): Promise<Answers<Asked>> {
    const answers = this.#link.ask(questions, options);
    // A handler that does not wait for them ends before they fail; that must not end the process.
    answers.catch(() => {});
    return answers;
  }

  /** Asks one question; see askAll(). */
  ask<Asked extends Question>(question: Asked): Promise<AnswerTo<Asked>> {
    const asked = this.askAll({ answer: question }).then(({ answer }) => answer as AnswerTo<Asked>);
    asked.catch(() => {});
    return asked;
  }

  /**
   * Tells the client that what it was sent to a page for is done (2025-11-25, "URL Mode
   * Elicitation"); false if it cannot be told.
   */
  elicitationComplete(elicitationId: string): boolean {
    if (!this.revision.hasElicitationIds) return false;
    return this.#link.say({
      jsonrpc: "2.0",
      method: "notifications/elicitation/complete",
      params: { elicitationId },
    });
  }

  /**
   * Ends a stateless call by sending the person to pages, after which the client makes it again. Rejects
   * with CarError: `suspended`, or `capability_missing` if the client did not declare them.
   */
  async openPages(pages: readonly UrlQuestion[]): Promise<never> {
    const keyed = pages.map((page, index) => [`page_${index + 1}`, page] as const);
    return await this.#link.openPages(Object.fromEntries(keyed));
  }

  /**
   * Whether something was marked as done for this call in an earlier round: a call that asks runs again,
   * and what counts it must count it once. `mark` is a name of the caller's own.
   */
  isMarked(mark: string): boolean {
    return this.#link.isMarked(mark);
  }

  /** Marks something as done for this call, whatever rounds follow. */
  mark(mark: string): void {
    this.#link.mark(mark);
  }

  /** Tells the client something that belongs to the call; false if it cannot be told. */
  notify(method: string, params: JsonObject): boolean {
    return this.#link.say({ jsonrpc: "2.0", method, params });
  }

  /**
   * Ends the client's connection while the call goes on (2025-11-25, polling): the client comes back
   * for the rest after `retryMs`, which spares a long call an open connection. False where it cannot.
   */
  disconnect(retryMs?: number): boolean {
    return this.#link.disconnect(retryMs);
  }
}
