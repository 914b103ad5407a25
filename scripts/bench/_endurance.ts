// Many calls on one session: what the server takes after the first tenth of them, and after all. Two
// of the connections are answered by streams.

import { Connection } from "./_connection.ts";
import { type Runtime, startScript } from "./_contenders.ts";
import { collectable, memoryOf, type MemoryUse } from "./_own_memory.ts";
import { countedCall, type CountedRequest, goodResult, openSession } from "./_requests.ts";
import { PLAIN_CALL, STREAMED_CALL } from "./_stream_calls.ts";

/** What is measured. */
export interface EnduranceOptions {
  readonly runtime: Runtime;
  /** A folder that does not exist yet. */
  readonly home: string;
  readonly calls: number;
}

/** What was measured, in bytes. */
export interface EnduranceMeasures {
  readonly before: MemoryUse;
  readonly after: MemoryUse;
}

const CONNECTIONS = 16;
const STREAMED_CONNECTIONS = 2;
const WARMUP_SHARE = 0.1;

/** Calls in one session from several connections at once. */
export async function measureEndurance(options: EnduranceOptions): Promise<EnduranceMeasures> {
  const { home, calls } = options;
  await using server = await startScript(collectable(options.runtime), "servers/streams.ts", [
    home,
    "10",
  ]);
  const { url } = server;
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => Connection.open(url)),
  );
  try {
    const [first] = connections;
    if (first === undefined) throw new Error("There is no connection");
    const sessionId = await openSession(first, url);
    const lanes = connections.map((connection, index) => {
      const call = index < STREAMED_CONNECTIONS ? STREAMED_CALL : PLAIN_CALL;
      return { connection, request: countedCall(url, call, sessionId, index) };
    });
    const callAll = (count: number) => {
      const left = { calls: count };
      return Promise.all(lanes.map((lane) => callWhileLeft(lane, left)));
    };
    await callAll(calls * WARMUP_SHARE);
    const before = await memoryOf(server);
    await callAll(calls * (1 - WARMUP_SHARE));
    return { before, after: await memoryOf(server) };
  } finally {
    for (const connection of connections) connection.close();
  }
}

interface Lane {
  readonly connection: Connection;
  readonly request: CountedRequest;
}

/** Calls that no lane has taken yet. */
interface Left {
  calls: number;
}

function callWhileLeft({ connection, request }: Lane, left: Left): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sendNext = () => {
    if (left.calls-- <= 0) return resolve();
    request.next();
    connection.send(request.bytes);
  };
  connection.drive((response) => {
    try {
      if (response !== undefined) {
        if (response.status !== 200) throw new Error(`A call was answered ${response.status}`);
        goodResult(response.body);
        connection.trust(response);
      }
      sendNext();
    } catch (thrown) {
      reject(thrown);
    }
  }, reject);
  sendNext();
  return promise;
}
