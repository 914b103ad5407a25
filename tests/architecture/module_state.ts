// Two apps in one process must not feel each other, and importing a file must do nothing. So a
// module of the product holds no value that can change: no `let`, no collection or instance that is
// not frozen or typed as readonly, no write to what a constant holds, and no statement that runs.

import ts from "typescript";
import { type Check, isProduct, lineOf, type Unit, visit } from "./source.ts";

/** Nothing at module level can change while the program runs. */
export const checkModuleState: Check = (units) =>
  units.filter(isProduct).flatMap((unit) => [
    ...unit.tree.statements.flatMap((statement) => declarationProblems(unit, statement)),
    ...writeProblems(unit),
    ...staticProblems(unit),
  ]);

/** Importing a file runs nothing; `main.ts` alone is there to run, and bounds may be asserted. */
export const checkImportsDoNothing: Check = (units) =>
  units.filter((unit) => isProduct(unit) && unit.path !== "main.ts").flatMap((unit) =>
    unit.tree.statements
      .filter((each) => isRunning(each) && !each.getText(unit.tree).startsWith("invariant("))
      .map((each) => `${at(unit, each)} runs when the file is imported`)
  );

// Instances of these hold nothing that a caller could change or that another caller would notice.
const STATELESS = ["TextEncoder", "TextDecoder", "RegExp", "URL", "Error"] as const;

function declarationProblems(unit: Unit, statement: ts.Statement): readonly string[] {
  if (!ts.isVariableStatement(statement)) return [];
  const { flags, declarations } = statement.declarationList;
  if ((flags & ts.NodeFlags.Const) === 0) {
    return [`${at(unit, statement)} is a variable at module level: make it an argument`];
  }
  return declarations
    .filter((each) => isChangeable(each.initializer) && !isReadonlyType(each.type))
    .map((each) => `${at(unit, each)} (${each.name.getText()}) can change: type it as readonly`);
}

function isChangeable(value: ts.Expression | undefined): boolean {
  if (value === undefined) return false;
  if (ts.isArrayLiteralExpression(value)) return true;
  if (ts.isObjectLiteralExpression(value)) return value.properties.length === 0;
  if (ts.isAsExpression(value)) {
    if (value.type.getText() === "const") return false;
    return isChangeable(value.expression) && !isReadonlyType(value.type);
  }
  if (ts.isSatisfiesExpression(value)) return isChangeable(value.expression);
  if (ts.isParenthesizedExpression(value)) return isChangeable(value.expression);
  if (!ts.isNewExpression(value)) return false;
  const name = value.expression.getText();
  return !name.startsWith("Intl.") && !STATELESS.some((each) => each === name);
}

function isReadonlyType(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && /^(readonly\b|Readonly|\{ *readonly\b)/.test(type.getText());
}

// A constant may hold an object whose type says nothing about writing; the writes give it away.
function writeProblems(unit: Unit): readonly string[] {
  const constants = moduleConstants(unit.tree);
  const problems: string[] = [];
  visit(unit.tree, (node) => {
    const target = writtenBy(node);
    if (target === undefined || ts.isIdentifier(target)) return;
    const root = rootOf(target);
    if (root === undefined || !constants.has(root.text) || isShadowed(root)) return;
    problems.push(`${at(unit, node)} writes into ${root.text}, which lives at module level`);
  });
  return problems;
}

function writtenBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    const isAssignment = kind >= ts.SyntaxKind.FirstAssignment &&
      kind <= ts.SyntaxKind.LastAssignment;
    return isAssignment ? node.left : undefined;
  }
  if (ts.isDeleteExpression(node)) return node.expression;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
    const isStep = node.operator === PlusPlusToken || node.operator === MinusMinusToken;
    return isStep ? node.operand : undefined;
  }
  return undefined;
}

function rootOf(expression: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(expression)) return expression;
  if (ts.isPropertyAccessExpression(expression) || ts.isElementAccessExpression(expression)) {
    return rootOf(expression.expression);
  }
  return undefined;
}

function moduleConstants(tree: ts.SourceFile): ReadonlySet<string> {
  return new Set(
    tree.statements.filter(ts.isVariableStatement)
      .flatMap((each) => each.declarationList.declarations)
      .map((each) => each.name.getText()),
  );
}

// A parameter or local of the same name, in any function around, is another thing.
function isShadowed(identifier: ts.Identifier): boolean {
  for (let scope: ts.Node = identifier; !ts.isSourceFile(scope); scope = scope.parent) {
    if (!ts.isFunctionLike(scope)) continue;
    let isDeclared = false;
    visit(scope, (node) => {
      if (!ts.isParameter(node) && !ts.isVariableDeclaration(node)) return;
      if (node.name.getText() === identifier.text) isDeclared = true;
    });
    if (isDeclared) return true;
  }
  return false;
}

function staticProblems(unit: Unit): readonly string[] {
  const problems: string[] = [];
  visit(unit.tree, (node) => {
    if (!ts.isPropertyDeclaration(node)) return;
    const kinds = (ts.getModifiers(node) ?? []).map((each) => each.kind);
    if (!kinds.includes(ts.SyntaxKind.StaticKeyword)) return;
    const isFixed = kinds.includes(ts.SyntaxKind.ReadonlyKeyword) &&
      (!isChangeable(node.initializer) || isReadonlyType(node.type));
    if (!isFixed) problems.push(`${at(unit, node)} is a static field that can change`);
  });
  return problems;
}

const RUNNING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.Block,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.ExpressionStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.LabeledStatement,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.ThrowStatement,
  ts.SyntaxKind.TryStatement,
  ts.SyntaxKind.WhileStatement,
]);

function isRunning(statement: ts.Statement): boolean {
  return RUNNING.has(statement.kind);
}

function at(unit: Unit, node: ts.Node): string {
  return `${unit.path} line ${lineOf(unit, node)}`;
}
