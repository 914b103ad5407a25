// Powers that one file holds for all: ending the process, opening a listening socket, knowing the
// time, setting a timer. Found by name in the syntax tree, so that no lint comment weakens them.

import ts from "typescript";
import { type Check, isProduct, lineOf, type Unit, visit } from "./source.ts";

/** `main.ts` alone ends the process; everything else returns or throws. */
export const checkExit: Check = (units) =>
  complaints(units, { owner: "main.ts", finds: isExit, what: "ends the process" });

/** `src/http/listen.ts` alone knows that Deno and Bun open a server differently. */
export const checkServe: Check = (units) =>
  complaints(units, {
    owner: "src/http/listen.ts",
    finds: isServe,
    what: "names the server of a runtime",
  });

/** `src/base/clock.ts` alone reads the time and sets timers; the others are given a Clock. */
export const checkTime: Check = (units) =>
  complaints(units, { owner: "src/base/clock.ts", finds: isTime, what: "has a time of its own" });

/** Nothing repeats on its own: a sweeper asks its clock for one timer at a time. */
export const checkIntervals: Check = (units) =>
  complaints(units, { finds: (node) => isGlobal(node, "setInterval"), what: "sets an interval" });

/** Nothing prints past the log and the streams of a command. */
export const checkConsole: Check = (units) =>
  complaints(units, { finds: (node) => isGlobal(node, "console"), what: "uses the console" });

interface Power {
  /** The file that may; nobody when absent. */
  readonly owner?: string;
  readonly finds: (node: ts.Node) => boolean;
  readonly what: string;
}

function complaints(units: readonly Unit[], power: Power): readonly string[] {
  const { owner, finds, what } = power;
  const who = owner === undefined ? "nothing may" : `only ${owner} may`;
  return units.filter((unit) => isProduct(unit) && unit.path !== owner).flatMap((unit) => {
    const problems: string[] = [];
    visit(unit.tree, (node) => {
      if (finds(node)) problems.push(`${unit.path} line ${lineOf(unit, node)} ${what}: ${who}`);
    });
    return problems;
  });
}

const EXITS = ["exit", "abort", "reallyExit"] as const;

function isExit(node: ts.Node): boolean {
  return EXITS.some((name) => isMember(node, /^(process|Deno)$/, name)) ||
    isTakenFrom(node, "node:process", EXITS);
}

function isServe(node: ts.Node): boolean {
  return isMember(node, /\b(Deno|Bun)\b/, "serve");
}

const TIMERS = ["setTimeout", "setInterval"] as const;

// Giving the event loop a turn (setImmediate, queueMicrotask) waits for no time and is fine.
function isTime(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) {
    return node.expression.getText() === "Date" && (node.arguments ?? []).length === 0;
  }
  return isMember(node, /^Date$/, "now") || isMember(node, /^performance$/, "now") ||
    isMember(node, /^AbortSignal$/, "timeout") || isMember(node, /^process$/, "hrtime") ||
    isGlobal(node, "setTimeout") ||
    isTakenFrom(node, "node:timers", TIMERS) ||
    isTakenFrom(node, "node:timers/promises", TIMERS);
}

function isMember(node: ts.Node, owner: RegExp, name: string): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === name && owner.test(ownerText(node));
  }
  return ts.isElementAccessExpression(node) && owner.test(ownerText(node)) &&
    ts.isStringLiteralLike(node.argumentExpression) && node.argumentExpression.text === name;
}

function ownerText(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string {
  return node.expression.getText().replace(/^globalThis\??\./, "");
}

// A method or field of the same name, such as a socket's setTimeout(), is another thing.
function isGlobal(node: ts.Node, name: string): boolean {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return parent.expression.getText() === "globalThis";
  }
  if (ts.isImportSpecifier(parent)) return false;
  const isLabel = "name" in parent && parent.name === node &&
    !ts.isShorthandPropertyAssignment(parent);
  return !isLabel;
}

function isTakenFrom(node: ts.Node, specifier: string, names: readonly string[]): boolean {
  if (!ts.isImportSpecifier(node)) return false;
  const from = node.parent.parent.parent.moduleSpecifier;
  return ts.isStringLiteral(from) && from.text === specifier &&
    names.includes((node.propertyName ?? node.name).text);
}
