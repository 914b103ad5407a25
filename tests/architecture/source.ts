// The source as the checks see it: one unit a file, parsed once, with what it imports. Checks take
// units and return sentences, so that a test can hand them a few lines in memory instead of a tree.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";

/** How one file names another: at load time, for its types alone, or later while running. */
export type ImportKind = "static" | "type" | "dynamic";

/** One import or re-export of a file. */
export interface ImportEdge {
  readonly kind: ImportKind;
  /** What stands between the quotes. */
  readonly specifier: string;
  /** The file meant, relative to the root of the repository; absent for packages. */
  readonly target: string | undefined;
  /** Names taken from it, where they are listed. */
  readonly names: readonly string[];
}

/** One source file. */
export interface Unit {
  /** Relative to the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly ImportEdge[];
  /** Imports whose target is computed while running, as written. */
  readonly computedImports: readonly string[];
}

/** A check: the complaints about these units, none when all is well. */
export type Check = (units: readonly Unit[]) => readonly string[];

// Checks look at what stands around a node, too.
const WITH_PARENTS = true;

/** Parses one file. */
export function parseUnit(path: string, text: string): Unit {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, WITH_PARENTS);
  const imports: ImportEdge[] = [];
  const computedImports: string[] = [];
  visit(tree, (node) => {
    const found = importOf(node, path);
    if (found === "computed") computedImports.push(node.getText(tree));
    else if (found !== undefined) imports.push(found);
  });
  return { path, text, tree, imports, computedImports };
}

/** Parses a handful of files given as path and text. */
export function parseUnits(texts: Readonly<Record<string, string>>): readonly Unit[] {
  return Object.entries(texts).map(([path, text]) => parseUnit(path, text));
}

/** Reads and parses every `.ts` file at or under the given paths; a path that is not there is skipped. */
export function loadUnits(root: string, paths: readonly string[]): readonly Unit[] {
  return paths
    .flatMap((path) => listFiles(root, path))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => parseUnit(path, readFileSync(posix.join(root, path), "utf8")));
}

/** The names of the folders directly inside a folder, sorted; none when it is not there. */
export function listFolders(root: string, path: string): readonly string[] {
  const full = posix.join(root, path);
  if (statSync(full, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Calls `see` for a node and everything below it. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** The line a node starts on, counted from 1. */
export function lineOf(unit: Unit, node: ts.Node): number {
  return unit.tree.getLineAndCharacterOfPosition(node.getStart(unit.tree)).line + 1;
}

/** Whether the file is part of the program itself, as opposed to its tests and scripts. */
export function isProduct(unit: Unit): boolean {
  return unit.path === "main.ts" || unit.path.startsWith("src/");
}

function listFiles(root: string, path: string): readonly string[] {
  const stat = statSync(posix.join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(posix.join(root, path)).sort()
    .flatMap((name) => listFiles(root, posix.join(path, name)));
}

function importOf(node: ts.Node, path: string): ImportEdge | "computed" | undefined {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    const isType = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return edge(path, node.moduleSpecifier, isType ? "type" : "static", namesOf(clause));
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return edge(path, node.moduleSpecifier, node.isTypeOnly ? "type" : "static");
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return edge(path, node.argument.literal, "type");
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return edge(path, node.arguments[0], "dynamic") ?? "computed";
  }
  // A worker or a bundled file is named by a URL relative to the module.
  if (ts.isNewExpression(node) && node.expression.getText() === "URL") {
    const [file, base] = node.arguments ?? [];
    if (base?.getText() !== "import.meta.url") return undefined;
    return edge(path, file, "dynamic");
  }
  return undefined;
}

function edge(
  from: string,
  specifier: ts.Node | undefined,
  kind: ImportKind,
  names: readonly string[] = [],
): ImportEdge | undefined {
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return undefined;
  const text = specifier.text;
  const target = text.startsWith(".") ? posix.join(posix.dirname(from), text) : undefined;
  return { kind, specifier: text, target, names };
}

function namesOf(clause: ts.ImportClause | undefined): readonly string[] {
  const bindings = clause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text);
}
