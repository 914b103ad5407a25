// Reads the table of `tests/wire.md`, and finds which of its rows the tests cite. A citation is
// `mcp:NN`, or `mcp:NN-MM` for a run of rows, in a string of a test: names that a table of cases puts
// together count like names written out, comments do not.

import ts from "typescript";
import { type Unit, visit } from "../architecture/source.ts";

/** One promised behaviour. */
export interface WireRow {
  readonly number: number;
  readonly request: string;
  readonly expected: string;
}

/** A single row, or the first and the last row of a run. */
export type RowRange = number | readonly [first: number, last: number];

/** The rows of the table, in the order in which they stand. */
export function readRows(markdown: string): readonly WireRow[] {
  return markdown.split("\n").flatMap((line) => {
    const [, number, request, expected] = /^\| *(\d+) *\|(.*?)\|(.*)\|$/.exec(line) ?? [];
    if (number === undefined || request === undefined || expected === undefined) return [];
    return [{ number: Number(number), request: request.trim(), expected: expected.trim() }];
  });
}

/** The row numbers that strings of these files cite. */
export function citedRows(units: readonly Unit[]): ReadonlySet<number> {
  const cited = new Set<number>();
  for (const unit of units) {
    visit(unit.tree, (node) => {
      if (isText(node)) citedIn(node.text).forEach((number) => cited.add(number));
    });
  }
  return cited;
}

/** All row numbers of a list of ranges. */
export function expandRanges(ranges: readonly RowRange[]): readonly number[] {
  return ranges.flatMap((range) => {
    const [first, last] = typeof range === "number" ? [range, range] : range;
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node);
}

function citedIn(text: string): readonly number[] {
  return [...text.matchAll(/\bmcp:(\d+)(?:-(\d+))?/g)].flatMap(([, first, last]) =>
    expandRanges([[Number(first), Number(last ?? first)]])
  );
}
