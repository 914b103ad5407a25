// What a file looks like: its length, the length of its functions, its name, its head, and a
// docstring on whatever it exports.

import { posix } from "node:path";
import ts from "typescript";
import { type Check, isProduct, lineOf, visit } from "./source.ts";

/** Lines of one file. */
export const FILE_LINES_MAX = 300;

/** Lines of one function: what fits on a screen. */
export const FUNCTION_LINES_MAX = 70;

/** No file is longer than can be read in one sitting. */
export const checkFileLength: Check = (units) =>
  units.flatMap((unit) => {
    const lines = unit.text.replace(/\n$/, "").split("\n").length;
    if (lines <= FILE_LINES_MAX) return [];
    return [`${unit.path} has ${lines} lines, more than ${FILE_LINES_MAX}: split it`];
  });

/** No function, the ones inside it included, is longer than a screen. */
export const checkFunctionLength: Check = (units) =>
  units.flatMap((unit) => {
    const problems: string[] = [];
    visit(unit.tree, (node) => {
      if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return;
      const lines = unit.tree.getLineAndCharacterOfPosition(node.end).line + 2 - lineOf(unit, node);
      if (lines <= FUNCTION_LINES_MAX) return;
      const name = `${nameOf(node)} (line ${lineOf(unit, node)})`;
      problems.push(
        `${unit.path}: ${name} has ${lines} lines, more than ${FUNCTION_LINES_MAX}`,
      );
    });
    return problems;
  });

const NAMES_THAT_SAY_NOTHING =
  /^(index|mod|types|utils?|helpers?|common|shared|misc|constants)\.ts$/;

/** Files are named after what they hold, in snake_case. */
export const checkFileNames: Check = (units) =>
  units.flatMap(({ path }) => {
    const name = posix.basename(path);
    if (NAMES_THAT_SAY_NOTHING.test(name)) return [`${path} has a name that says nothing`];
    if (!/^_?[a-z0-9]+(_[a-z0-9]+)*\.ts$/.test(name)) return [`${path} is not in snake_case`];
    return [];
  });

/** No file exists to pass on what others export. */
export const checkBarrels: Check = (units) =>
  units.flatMap((unit) => {
    const { path, tree } = unit;
    const passed = tree.statements.filter((each) =>
      ts.isExportDeclaration(each) && each.moduleSpecifier !== undefined
    );
    const star = passed.some((each) => ts.isExportDeclaration(each) && !each.exportClause);
    if (star) return [`${path} passes on everything of another file: import from its owner`];
    const own = tree.statements.filter((each) =>
      !ts.isImportDeclaration(each) && !passed.includes(each)
    );
    return passed.length > 0 && own.length === 0
      ? [`${path} holds nothing of its own: import from the owners`]
      : [];
  });

/** Each file opens with what it is for. */
export const checkHeads: Check = (units) =>
  units
    .filter((unit) => !/^(#![^\n]*\n)?\s*(\/\/|\/\*)/.test(unit.text))
    .map((unit) => `${unit.path} does not open with a comment that says what it is for`);

/** Each exported symbol of the product says what it is, in a docstring right above it. */
export const checkDocstrings: Check = (units) =>
  units.filter(isProduct).flatMap((unit) => {
    const documented = new Set<string>();
    return unit.tree.statements.flatMap((statement) => {
      if (!isExported(statement)) return [];
      const name = nameOf(statement);
      // The first of several overloads speaks for all of them.
      if (hasDocstring(statement) || documented.has(name)) {
        documented.add(name);
        return [];
      }
      return [`${unit.path} exports ${name} without a docstring`];
    });
  });

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some((each) => each.kind === ts.SyntaxKind.ExportKeyword);
}

function hasDocstring(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some((doc) =>
    ts.isJSDoc(doc) && (ts.getTextOfJSDocComment(doc.comment) ?? "").trim() !== ""
  );
}

function nameOf(node: ts.Node): string {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map((each) => each.name.getText()).join(", ");
  }
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const named = "name" in node && node.name !== undefined ? node : node.parent;
  // Only declarations with a name of their own get past this line.
  if (named === undefined || !("name" in named) || named.name === undefined) return "a function";
  const name = named.name;
  return isNode(name) ? name.getText() : "a function";
}

function isNode(value: unknown): value is ts.Node {
  return typeof value === "object" && value !== null && "kind" in value;
}
