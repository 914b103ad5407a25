// One run: the server, the model of it, and the clients between them. Every step is done to both, and
// after it everything that can be seen from outside is compared.

import assert from "node:assert/strict";
import type { CallContext } from "../../src/rpc/context.ts";
import { seededRandom } from "../helpers/seeded_random.ts";
import type { SimServer } from "./_sim_server.ts";
import { type SeenId, type SeenIds, SimConnection } from "./_connection.ts";
import { Ledger } from "./_ledger.ts";
import type { ModelCall } from "./_model_call.ts";
import type { ModelConnection } from "./_model_connection.ts";
import { ModelServer } from "./_model_server.ts";
import { type Asked, type ClientKind, ModelSession } from "./_model_session.ts";
import { tick } from "./_tick.ts";

/** One session of a client. */
export interface SimSession {
  readonly id: string;
  /** How the trace calls it. */
  readonly name: string;
  readonly model: ModelSession;
  readonly seen: SeenIds;
  readonly calls: SimCall[];
  readonly connections: SimConnection[];
  /** What was pushed to its common stream and taken. */
  readonly pushed: number[];
}

/** One call of the tool. */
export interface SimCall {
  readonly model: ModelCall;
  readonly session: SimSession;
  /** The response to its POST, once it came. */
  response: Response | undefined;
  isChecked: boolean;
  context: CallContext | undefined;
  finish: (said: unknown) => void;
  readonly asks: { readonly expected: Asked; readonly actual: Asked }[];
}

// Three in five clients read at once, the others now and then.
const FAST_IN_TEN = 6;

/** What a run has. */
export class World {
  readonly server: SimServer;
  readonly model: ModelServer;
  readonly ledger = new Ledger();
  readonly sessions: SimSession[] = [];
  readonly trace: string[] = [];
  readonly below: (bound: number) => number;
  #failures: unknown[] = [];

  constructor(server: SimServer, seed: number) {
    this.server = server;
    this.model = new ModelServer(server.bounds);
    this.below = seededRandom(seed);
  }

  /** Whether something happens that does so many times out of a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of these; undefined if there are none. */
  pick<Value>(values: readonly Value[]): Value | undefined {
    return values[this.below(Math.max(1, values.length))];
  }

  note(line: string): void {
    this.trace.push(line);
  }

  /** Runs what the tool does; a failure of ours must not become an answer of the tool. */
  guard(run: () => unknown): unknown {
    try {
      return run();
    } catch (thrown) {
      this.#failures.push(thrown);
      throw thrown;
    }
  }

  /** The sessions that were not deleted. */
  get live(): SimSession[] {
    return this.sessions.filter(({ model }) => !model.isClosed);
  }

  get calls(): SimCall[] {
    return this.sessions.flatMap(({ calls }) => calls);
  }

  /** Opens a session; the client says `initialized` later. */
  async open(kind: ClientKind): Promise<SimSession> {
    const id = await this.server.open(kind);
    const session: SimSession = {
      id,
      name: `session ${this.sessions.length}`,
      model: new ModelSession(this.model, kind),
      seen: { tag: undefined, ids: [], pings: [] },
      calls: [],
      connections: [],
      pushed: [],
    };
    this.sessions.push(session);
    return session;
  }

  /** A new connection of a session, after that id if it has one. */
  connected(
    session: SimSession,
    response: Response,
    options: { readonly model: ModelConnection; readonly after?: SeenId | undefined },
  ): void {
    const { model, after } = options;
    session.connections.push(
      new SimConnection({
        response,
        model,
        seen: session.seen,
        ledger: this.ledger,
        receipt: this.ledger.open(after === undefined, after?.serial),
        isFast: this.below(10) < FAST_IN_TEN,
      }),
    );
  }

  /** Ends a step: lets both sides finish it and compares them. */
  async settle(): Promise<void> {
    await tick();
    if (this.#failures.length > 0) throw this.#failures[0];
    this.model.settle();
    for (const call of this.calls) await this.#checkCall(call);
    for (const session of this.sessions) {
      for (const connection of session.connections) {
        if (connection.isFast) await connection.read();
      }
      // Read to the end: nothing of it can change.
      const left = session.connections.filter(({ isDone }) => !isDone);
      session.connections.splice(0, Infinity, ...left);
    }
  }

  async #checkCall(call: SimCall): Promise<void> {
    for (const { expected, actual } of call.asks) {
      assert.equal(actual.outcome, expected.outcome, "a question ended otherwise");
    }
    if (call.isChecked) return;
    const { outcome } = call.model;
    assert.equal(call.response !== undefined, outcome.kind !== "pending", "answered");
    if (call.response === undefined) return;
    call.isChecked = true;
    const { response, session } = call;
    assert.equal(response.headers.get("mcp-session-id"), session.id);
    if (outcome.kind === "stream") {
      assert.equal(response.headers.get("content-type"), "text/event-stream");
      this.connected(session, response, { model: outcome.connection });
    } else if (outcome.kind === "json") {
      assert.equal(response.headers.get("content-type"), "application/json");
      assert.equal(response.status, outcome.status);
      assert.equal(await response.text(), outcome.body);
    } else {
      assert.equal(response.status, 202);
      assert.equal(await response.text(), "");
    }
  }
}
