// A server in a client's TOML file. There is no editor that keeps comments, so lines are inserted and
// taken out, and the outcome is read again: it must say what the file said before, but for the server.
// A file that is written in a way which this does not understand is refused and stays as it is.

import { parse } from "smol-toml";
import { CarError } from "../../base/errors.ts";
import {
  isStanzaTable,
  REACH_KEYS,
  type Stanza,
  STANZA_NAME,
  type StanzaValue,
} from "./clients.ts";

type Table = Record<string, unknown>;

/** Sets the server; throws CarError `invalid_argument` for a file that cannot be changed safely. */
export function setTomlStanza(text: string, serversKey: string, stanza: Stanza): string {
  const before = readTable(text);
  const old = serverIn(before, serversKey);
  const joined = joinedWith(old ?? {}, stanza);
  const ours = [...REACH_KEYS, ...Object.keys(joined)];
  const kept = Object.fromEntries(
    Object.entries(old ?? {}).filter(([key]) => !ours.includes(key)),
  );
  const wanted = { ...kept, ...joined };
  if (old !== undefined && isSame(old, wanted)) return text;
  const lines = linesOf(text);
  const section = sectionOf(lines, serversKey);
  const after = old === undefined || section === undefined
    ? appended(text, printTomlStanza(serversKey, stanza))
    : [
      ...lines.slice(0, section.start + 1),
      ...memberLines(joined).map((line) => line + endOf(text)),
      ...withoutMembers(lines.slice(section.start + 1, section.ownEnd), ours),
      ...lines.slice(section.ownEnd),
    ].join("");
  return checked(after, withServer(before, serversKey, wanted));
}

/** Takes the server away; the text itself when there is none. Throws as `setTomlStanza`. */
export function removeTomlStanza(text: string, serversKey: string): string {
  const before = readTable(text);
  if (serverIn(before, serversKey) === undefined) return text;
  const lines = linesOf(text);
  let section = sectionOf(lines, serversKey);
  if (section === undefined) throw notUnderstood();
  while (section !== undefined) {
    lines.splice(section.start, section.end - section.start);
    section = sectionOf(lines, serversKey);
  }
  return checked(lines.join(""), withServer(before, serversKey, undefined));
}

/** The server as the file says it; undefined when there is none. Throws as `setTomlStanza`. */
export function findTomlStanza(text: string, serversKey: string): unknown {
  return serverIn(readTable(text), serversKey);
}

/** A file with nothing but the server. */
export function printTomlStanza(serversKey: string, stanza: Stanza): string {
  return [`[${serversKey}.${STANZA_NAME}]`, ...memberLines(stanza), ""].join("\n");
}

/** The server, its tables with those members that the file has, too. */
function joinedWith(old: Table, stanza: Stanza): Stanza {
  const members = Object.entries(stanza).map(([key, value]): [string, StanzaValue] => {
    const before = old[key];
    if (!isStanzaTable(value) || !isTable(before)) return [key, value];
    const texts = Object.entries(before).map(([name, text]) => [name, String(text)]);
    return [key, { ...Object.fromEntries(texts), ...value }];
  });
  return Object.fromEntries(members);
}

function memberLines(stanza: Stanza): readonly string[] {
  return Object.entries(stanza).map(([key, value]) => `${key} = ${valueText(value)}`);
}

function valueText(value: StanzaValue): string {
  // The escapes of JSON strings are escapes of TOML strings, too.
  if (typeof value === "string") return JSON.stringify(value);
  if (!isStanzaTable(value)) return `[${value.map((text) => JSON.stringify(text)).join(", ")}]`;
  const members = Object.entries(value).map((member) => member.map(valueText).join(" = "));
  return `{ ${members.join(", ")} }`;
}

function appended(text: string, stanza: string): string {
  const end = endOf(text);
  const gap = text === "" ? "" : text.endsWith("\n") ? end : end + end;
  return text + gap + stanza.replaceAll("\n", end);
}

interface Section {
  /** The line of the header. */
  readonly start: number;
  /** Behind the last line of its own members. */
  readonly ownEnd: number;
  /** Behind the last line of what belongs to it. */
  readonly end: number;
}

/** The first table of the server, or of something below it. */
function sectionOf(lines: readonly string[], serversKey: string): Section | undefined {
  const name = `(?:${STANZA_NAME}|"${STANZA_NAME}"|'${STANZA_NAME}')`;
  const header = new RegExp(`^\\s*\\[\\s*${serversKey}\\s*\\.\\s*${name}\\s*(\\]|\\.)`);
  const start = lines.findIndex((line) => header.test(line));
  if (start === -1) return undefined;
  const next = lines.findIndex((line, at) => at > start && /^\s*\[/.test(line));
  let end = next === -1 ? lines.length : next;
  const ownEnd = end;
  // Comments right before the next table speak of that one.
  const isForeign = next !== -1 && !header.test(lines[next] ?? "");
  while (isForeign && end > start + 1 && /^\s*(#|$)/.test(lines[end - 1] ?? "")) end--;
  return { start, ownEnd, end };
}

/** The lines of a table without the members of these names. */
function withoutMembers(lines: readonly string[], names: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length;) {
    const key = /^\s*["']?([A-Za-z_]+)["']?\s*=/.exec(lines[at] ?? "")?.[1];
    const end = key !== undefined && names.includes(key) ? memberEnd(lines, at) : at;
    if (end === at) kept.push(lines[at++] ?? "");
    else at = end;
  }
  return kept;
}

/** Behind the last line of a member: its value is whole when it can be read. */
function memberEnd(lines: readonly string[], start: number): number {
  for (let end = start + 1; end <= lines.length; end++) {
    if (isToml(lines.slice(start, end).join(""))) return end;
  }
  throw notUnderstood();
}

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    // It goes on in the next line.
    return false;
  }
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function endOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function readTable(text: string): Table {
  try {
    return parse(text);
  } catch {
    // The message of the library repeats lines, which may hold a secret.
    throw new CarError("invalid_argument", "is not TOML");
  }
}

function serverIn(table: Table, serversKey: string): Table | undefined {
  const servers = table[serversKey];
  const server = isTable(servers) ? servers[STANZA_NAME] : undefined;
  return isTable(server) ? server : undefined;
}

function withServer(table: Table, serversKey: string, server: Table | undefined): Table {
  const { [STANZA_NAME]: _, ...others } = isTable(table[serversKey]) ? table[serversKey] : {};
  const servers = server === undefined ? others : { ...others, [STANZA_NAME]: server };
  const { [serversKey]: __, ...rest } = table;
  return Object.keys(servers).length === 0 ? rest : { ...rest, [serversKey]: servers };
}

function checked(text: string, wanted: Table): string {
  let found: Table;
  try {
    found = parse(text);
  } catch {
    throw notUnderstood();
  }
  // An empty table of servers says nothing.
  const isFine = isSame(found, wanted) || isSame(withoutEmpty(found), withoutEmpty(wanted));
  if (!isFine) throw notUnderstood();
  return text;
}

function withoutEmpty(table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).filter(([, value]) => !isTable(value) || Object.keys(value).length > 0),
  );
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function isSame(a: unknown, b: unknown): boolean {
  return sorted(a) === sorted(b);
}

function sorted(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner: unknown) =>
      isTable(inner) ? Object.fromEntries(Object.entries(inner).sort(byKey)) : inner,
  );
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function notUnderstood(): CarError {
  const complaint = "is written in a way that cannot be changed safely; use --print and edit it";
  return new CarError("invalid_argument", complaint);
}
