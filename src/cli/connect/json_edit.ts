// Changes to a JSON text, comments and trailing commas included, that touch nothing but what is changed.
// The editing functions of the parser's own package format the neighbours anew, so only its syntax tree
// and its scanner are used.

import { createScanner, findNodeAtLocation, type Node } from "jsonc-parser";

// Tokens of the scanner, which come as numbers of a const enum that cannot be imported here.
const COMMA = 5;
const TRIVIA: ReadonlySet<number> = new Set([12, 13, 14, 15]);

/** Puts a member at the end of an object. */
export function insertMember(text: string, object: Node, [key, value]: [string, unknown]): string {
  const { unit, eol } = styleOf(text);
  const last = object.children?.at(-1);
  if (last !== undefined) {
    const isOnOwnLine = text.slice(lineStart(text, last.offset), last.offset).trim() === "";
    const indent = isOnOwnLine ? indentAt(text, last.offset) : indentAt(text, object.offset) + unit;
    const member = memberText([key, value], { indent, unit, eol });
    return spliced(text, last.offset + last.length, 0, `,${eol}${indent}${member}`);
  }
  const outer = indentAt(text, object.offset);
  const indent = outer + unit;
  const member = memberText([key, value], { indent, unit, eol });
  const at = object.offset + 1;
  const isClosedHere = /^[ \t]*\}/.test(text.slice(at));
  return spliced(text, at, 0, `${eol}${indent}${member}${isClosedHere ? eol + outer : ""}`);
}

/** Puts another value in place of one. */
export function replaceValue(text: string, node: Node, value: unknown): string {
  const { unit, eol } = styleOf(text);
  const style = { indent: indentAt(text, node.offset), unit, eol };
  return spliced(text, node.offset, node.length, valueText(value, style));
}

/** Takes a member out of its object, with one comma. */
export function removeMember(text: string, object: Node, key: string): string {
  const members = object.children ?? [];
  const at = members.findIndex(({ children }) => children?.[0]?.value === key);
  const member = members[at];
  if (member === undefined) return text;
  const end = member.offset + member.length;
  const comma = commaAfter(text, end);
  const before = members[at - 1];
  const [from, length] = wholeLines(text, member.offset, comma === undefined ? end : comma + 1);
  const without = spliced(text, from, length, "");
  // The last one: the comma that led to it goes, too.
  if (comma !== undefined || before === undefined) return without;
  const leading = commaAfter(text, before.offset + before.length);
  return leading === undefined ? without : spliced(without, leading, 1, "");
}

/** The object or value at a path. */
export function nodeAt(root: Node, path: readonly string[]): Node | undefined {
  return findNodeAtLocation(root, [...path]);
}

/** Widens a range to whole lines where nothing else stands on them. */
function wholeLines(text: string, start: number, end: number): [from: number, length: number] {
  const from = lineStart(text, start);
  const rest = /^[ \t]*(\r?\n)?/.exec(text.slice(end))?.[0] ?? "";
  const isAlone = text.slice(from, start).trim() === "" && rest.endsWith("\n");
  return isAlone ? [from, end + rest.length - from] : [start, end - start];
}

function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text);
  scanner.setPosition(offset);
  let token: number = scanner.scan();
  while (TRIVIA.has(token)) token = scanner.scan();
  return token === COMMA ? scanner.getTokenOffset() : undefined;
}

interface Style {
  /** What stands before the line of the member. */
  readonly indent: string;
  readonly unit: string;
  readonly eol: string;
}

function memberText([key, value]: [string, unknown], style: Style): string {
  return `${JSON.stringify(key)}: ${valueText(value, style)}`;
}

function valueText(value: unknown, { indent, unit, eol }: Style): string {
  return JSON.stringify(value, null, unit).replaceAll("\n", eol + indent);
}

/** The indentation and the line ends that a text uses. */
function styleOf(text: string): { readonly unit: string; readonly eol: string } {
  const indent = /^[{[,]?.*\n([ \t]+)\S/.exec(text)?.[1] ?? /^([ \t]+)["{]/m.exec(text)?.[1];
  return { unit: indent ?? "  ", eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function spliced(text: string, at: number, length: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + length);
}
