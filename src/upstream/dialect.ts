// How requests are written and results are read in the two eras. With a handshake a request is itself;
// without one it says each time who asks and what may be asked back, and a result may be a question
// (2026-07-28, "_meta" and "Multi Round-Trip Requests").

import { CarError } from "../base/errors.ts";
import { SERVER_NAME, VERSION } from "../base/version.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Question } from "../rpc/questions.ts";
import { readQuestion } from "./_child_requests.ts";
import { type Connection, type UpstreamRequest, withMeta } from "./connection.ts";

/** Whether a server opens with a handshake. */
export type Era = "legacy" | "modern";

/** One way to talk to a server. */
export interface Dialect {
  readonly era: Era;
  readonly revision: string;
  /**
   * Asks and gives the result; a question of the server is put to the caller. Rejects with CarError,
   * `capability_missing` where the caller cannot be asked.
   */
  request(method: string, request?: UpstreamRequest): Promise<JsonObject>;
}

/** The stateless revision that is spoken to mounted servers. */
export const MODERN_REVISION = "2026-07-28";

const META = "io.modelcontextprotocol/";
const SERVER_INFO_KEY = `${META}serverInfo`;

// A server that goes on asking gets no further answer.
const ROUNDS_MAX = 16;

/** Who mounts. */
export const CLIENT_INFO: JsonObject = { name: SERVER_NAME, version: VERSION };

/** The dialect of a server that was greeted with `initialize`. */
export function legacyDialect(connection: Connection, revision: string): Dialect {
  return {
    era: "legacy",
    revision,
    request: async (method, request) => objectOf(await connection.request(method, request)),
  };
}

/** The dialect of a server without a handshake. */
export function modernDialect(connection: Connection): Dialect {
  const send = async (method: string, request: UpstreamRequest, params: JsonObject | undefined) => {
    const claimed = withMeta(params, modernMeta(request.caller));
    return objectOf(await connection.request(method, { ...request, params: claimed }));
  };
  return {
    era: "modern",
    revision: MODERN_REVISION,
    async request(method, request = {}) {
      let { params } = request;
      for (let round = 0; round <= ROUNDS_MAX; round++) {
        const result = await send(method, request, params);
        switch (result.resultType) {
          case undefined:
          case "complete":
            return bare(result);
          case "input_required":
            params = { ...request.params, ...await answersTo(result, request.caller) };
            break;
          default:
            throw new CarError("conflict", "The server answered with an unknown kind of result");
        }
      }
      throw new CarError("limit_reached", `The server asked more than ${ROUNDS_MAX} times`);
    },
  };
}

/** What a stateless request says about itself; only what the caller can be asked is declared. */
export function modernMeta(caller?: CallContext): JsonObject {
  const { elicitation, sampling, roots } = caller?.origin.capabilities ?? {};
  const capabilities = Object.entries({ elicitation, sampling, roots })
    .filter(([, declared]) => declared !== undefined);
  return {
    [`${META}protocolVersion`]: MODERN_REVISION,
    [`${META}clientInfo`]: CLIENT_INFO,
    [`${META}clientCapabilities`]: Object.fromEntries(capabilities),
  };
}

/** What the same call is made with again: the answers, and the state of the server untouched. */
async function answersTo(result: JsonObject, caller: CallContext | undefined): Promise<JsonObject> {
  const { inputRequests, requestState } = result;
  const state = requestState === undefined ? {} : { requestState };
  const questions = isJsonObject(inputRequests) ? readQuestions(inputRequests) : {};
  if (Object.keys(questions).length === 0) return state;
  if (caller === undefined) throw new CarError("capability_missing", "Nobody can be asked");
  return { ...state, inputResponses: await caller.askAll(questions) };
}

function readQuestions(requests: JsonObject): Record<string, Question> {
  const questions = Object.entries(requests).map(([key, request]) => {
    if (!isJsonObject(request)) throw new CarError("conflict", "The server's question is none");
    const params = isJsonObject(request.params) ? request.params : {};
    // A page of this era has no id; its key names it as well, and stays the same over the rounds.
    return [key, readQuestion(request.method, { elicitationId: key, ...params })];
  });
  return Object.fromEntries(questions);
}

/** The result without what the revision puts around it; who answered is not the upstream's to say. */
function bare(result: JsonObject): JsonObject {
  const { resultType: _kind, ttlMs: _ttl, cacheScope: _scope, _meta, ...rest } = result;
  if (!isJsonObject(_meta)) return rest;
  const { [SERVER_INFO_KEY]: _server, ...meta } = _meta;
  return Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta };
}

function objectOf(result: unknown): JsonObject {
  if (isJsonObject(result)) return result;
  throw new CarError("conflict", "The server answered with no object");
}
