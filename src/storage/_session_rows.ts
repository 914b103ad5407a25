// Sessions, streams and events between a row and a value. What stands in a column was written by the
// store alone, from a value of the type it is read as.

import type { SQLOutputValue } from "node:sqlite";
import type {
  StoredEvent,
  StoredSession,
  StoredStream,
  StoredSubscription,
} from "../session/ports.ts";
import { numberIn, textIn } from "./_columns.ts";

/**
 * A principal's id as its column holds it. SQLite keeps UTF-8, which has no lone surrogates: two ids
 * that differ in those alone would look alike unless they are escaped.
 */
export function principalColumn(principalId: string): string {
  return JSON.stringify(principalId);
}

/**
 * A message as its column holds it. Escaped, a lone surrogate and U+0000 mean the same to who reads the
 * JSON; SQLite's text would lose the one and end at the other.
 */
export function messageColumn(json: string): string {
  if (json.isWellFormed() && !json.includes("\0")) return json;
  return json.replace(
    /[\0\p{Cs}]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

type Row = Readonly<Record<string, SQLOutputValue>>;

/** The session in a row of `sessions`. */
export function sessionOf(row: Row): StoredSession {
  const client = textIn(row["client"]);
  return {
    id: String(row["id"]),
    principalId: JSON.parse(String(row["principal"])) as string,
    revision: String(row["revision"]),
    client: client === undefined ? undefined : JSON.parse(client) as StoredSession["client"],
    capabilities: JSON.parse(String(row["capabilities"])) as StoredSession["capabilities"],
    isInitialized: row["is_initialized"] === 1,
    logLevel: row["log_level"] as StoredSession["logLevel"],
    streamTag: String(row["stream_tag"]),
    generation: Number(row["generation"]),
    lastUsedMs: Number(row["last_used"]),
  };
}

/** The stream in a row of `streams`. */
export function streamOf(row: Row): StoredStream {
  return {
    name: String(row["name"]),
    requestIds: String(row["request_ids"]),
    endedMs: numberIn(row["ended"]),
  };
}

/** A subscription as its column holds it. */
export function wishColumn({ namespace, uri, toldAs }: StoredSubscription): string {
  return JSON.stringify([namespace, uri, toldAs]);
}

/** The subscription in a row of `subscriptions`. */
export function subscriptionOf(row: Row): StoredSubscription {
  const [namespace = "", uri = "", toldAs = ""] = JSON.parse(String(row["wish"])) as string[];
  return { namespace, uri, toldAs };
}

/** The event in a row of `events`. */
export function eventOf(row: Row): StoredEvent {
  return {
    seq: Number(row["seq"]),
    stream: String(row["stream"]),
    json: String(row["message"]),
    index: numberIn(row["place"]),
  };
}
