// A server in a client's JSON file, which may have comments and trailing commas. Only what has to change
// is changed: all other bytes stay.

import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { CarError, invariant } from "../../base/errors.ts";
import {
  isStanzaTable,
  REACH_KEYS,
  type Stanza,
  STANZA_NAME,
  type StanzaValue,
} from "./clients.ts";
import { insertMember, nodeAt, removeMember, replaceValue } from "./json_edit.ts";

/** Sets the server under `serversKey`; throws CarError `invalid_argument` for what is no such file. */
export function setJsonStanza(text: string, serversKey: string, stanza: Stanza): string {
  const start = text.trim() === "" ? "{}\n" : text;
  const root = readObject(start, serversKey);
  const servers = nodeAt(root, [serversKey]);
  if (servers === undefined) {
    return insertMember(start, root, [serversKey, { [STANZA_NAME]: stanza }]);
  }
  const server = nodeAt(servers, [STANZA_NAME]);
  if (server === undefined) return insertMember(start, servers, [STANZA_NAME, stanza]);
  if (server.type !== "object") return replaceValue(start, server, stanza);
  const changed = Object.entries(stanza).reduce(
    (before, member) => withMember(before, [serversKey, STANZA_NAME], member),
    start,
  );
  return REACH_KEYS.filter((key) => !(key in stanza)).reduce(
    (before, key) => removeMember(before, serverIn(before, serversKey), key),
    changed,
  );
}

/** Takes the server away; the text itself when there is none. Throws as `setJsonStanza`. */
export function removeJsonStanza(text: string, serversKey: string): string {
  if (text.trim() === "") return text;
  const servers = nodeAt(readObject(text, serversKey), [serversKey]);
  return servers === undefined ? text : removeMember(text, servers, STANZA_NAME);
}

/** The server as the file says it; undefined when there is none. Throws as `setJsonStanza`. */
export function findJsonStanza(text: string, serversKey: string): unknown {
  if (text.trim() === "") return undefined;
  const node = nodeAt(readObject(text, serversKey), [serversKey, STANZA_NAME]);
  return node === undefined ? undefined : getNodeValue(node);
}

/** A file with nothing but the server. */
export function printJsonStanza(serversKey: string, stanza: Stanza): string {
  return `${JSON.stringify({ [serversKey]: { [STANZA_NAME]: stanza } }, null, 2)}\n`;
}

function withMember(
  text: string,
  path: readonly string[],
  [key, value]: readonly [string, StanzaValue],
): string {
  const parent = nodeIn(text, path);
  const node = nodeAt(parent, [key]);
  if (node === undefined) return insertMember(text, parent, [key, value]);
  if (isStanzaTable(value) && node.type === "object") {
    return Object.entries(value).reduce(
      (before, member) => withMember(before, [...path, key], member),
      text,
    );
  }
  const isSame = JSON.stringify(getNodeValue(node)) === JSON.stringify(value);
  return isSame ? text : replaceValue(text, node, value);
}

function serverIn(text: string, serversKey: string): Node {
  return nodeIn(text, [serversKey, STANZA_NAME]);
}

function nodeIn(text: string, path: readonly string[]): Node {
  const node = nodeAt(readObject(text, path[0] ?? ""), path);
  invariant(node !== undefined, "the server is in the text");
  return node;
}

function readObject(text: string, serversKey: string): Node {
  const faults: ParseError[] = [];
  const root = parseTree(text, faults, { allowTrailingComma: true });
  const [fault] = faults;
  if (fault !== undefined) {
    const line = text.slice(0, fault.offset).split("\n").length;
    throw unfit(`is not JSON at line ${line} (${printParseErrorCode(fault.error)})`);
  }
  if (root?.type !== "object") throw unfit("is no JSON object");
  const names = root.children?.map((property) => property.children?.[0]?.value) ?? [];
  if (names.filter((name) => name === serversKey).length > 1) {
    throw unfit(`has "${serversKey}" twice`);
  }
  const servers = nodeAt(root, [serversKey]);
  if (servers !== undefined && servers.type !== "object") {
    throw unfit(`has something else than an object as "${serversKey}"`);
  }
  return root;
}

function unfit(complaint: string): CarError {
  return new CarError("invalid_argument", complaint);
}
