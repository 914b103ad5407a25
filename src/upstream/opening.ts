// How a connection begins: the server is probed for the era without a handshake, and greeted with one if
// it says no, says nothing, or ends, as some do at a first message that they do not know. What was found
// out is remembered by whoever opens, so that the next opening asks at once for the right thing.

import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import { isModernVersion } from "../protocol/revisions.ts";
import { type Connection, errorCodeOf, httpStatusOf } from "./connection.ts";
import {
  CLIENT_INFO,
  type Dialect,
  type Era,
  legacyDialect,
  MODERN_REVISION,
  modernDialect,
} from "./dialect.ts";

/** What an opening works with. */
export interface OpeningOptions {
  /** Starts the server anew. */
  readonly connect: () => Connection;
  readonly limits: Limits;
  /** What an earlier opening found; undefined: nothing is known. */
  readonly era: Era | undefined;
}

/** A server that can be called. */
export interface Opened {
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly capabilities: JsonObject;
}

const LEGACY_REVISION = "2025-11-25";
const UNSUPPORTED_VERSION = -32022;

/** Opens a server; rejects with CarError, and then nothing is left running. */
export async function openUpstream({ connect, limits, era }: OpeningOptions): Promise<Opened> {
  let connection = connect();
  try {
    if (era !== "legacy") {
      const probe = await discover(connection, limits.upstreamProbeMs);
      if (probe.kind === "modern") return probe.opened;
      if (probe.kind === "ended") {
        await connection.close();
        connection = connect();
      }
    }
    return await greet(connection, limits.upstreamStartMs);
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

type Probe =
  | { readonly kind: "modern"; readonly opened: Opened }
  | { readonly kind: "legacy" | "ended" };

async function discover(connection: Connection, timeoutMs: number): Promise<Probe> {
  connection.settle(MODERN_REVISION);
  const dialect = modernDialect(connection);
  try {
    const result = await dialect.request("server/discover", { timeoutMs });
    const versions = result.supportedVersions;
    const isModern = Array.isArray(versions) && versions.includes(MODERN_REVISION);
    if (!isModern) return { kind: "legacy" };
    return {
      kind: "modern",
      opened: { connection, dialect, capabilities: capabilitiesOf(result) },
    };
  } catch (thrown) {
    if (!(thrown instanceof CarError)) throw thrown;
    if (thrown.code === "closed") return { kind: "ended" };
    // Who is not let in, or meets a broken server, learns nothing of its era.
    const status = httpStatusOf(thrown);
    if (status === 401 || status === 403 || (status !== undefined && status >= 500)) throw thrown;
    return { kind: "legacy" };
  }
}

async function greet(connection: Connection, timeoutMs: number): Promise<Opened> {
  try {
    return await initialize(connection, timeoutMs);
  } catch (thrown) {
    // It was slow to answer the probe, and knows no handshake.
    if (errorCodeOf(thrown) !== UNSUPPORTED_VERSION) throw thrown;
    const probe = await discover(connection, timeoutMs);
    if (probe.kind === "modern") return probe.opened;
    throw thrown;
  }
}

async function initialize(connection: Connection, timeoutMs: number): Promise<Opened> {
  connection.settle(LEGACY_REVISION);
  const result = await legacyDialect(connection, LEGACY_REVISION).request("initialize", {
    params: {
      protocolVersion: LEGACY_REVISION,
      // Whether it comes to that is up to the caller of the moment.
      capabilities: { roots: {}, sampling: {}, elicitation: { form: {}, url: {} } },
      clientInfo: CLIENT_INFO,
    },
    timeoutMs,
  });
  const revision = result.protocolVersion;
  if (typeof revision !== "string" || isModernVersion(revision)) {
    throw new CarError("conflict", "The server greeted with a revision that has no handshake");
  }
  connection.settle(revision);
  if (!connection.notify("notifications/initialized")) {
    throw new CarError("closed", "The server has ended");
  }
  const dialect = legacyDialect(connection, revision);
  return { connection, dialect, capabilities: capabilitiesOf(result) };
}

function capabilitiesOf({ capabilities }: JsonObject): JsonObject {
  return isJsonObject(capabilities) ? capabilities : {};
}
