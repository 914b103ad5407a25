// What can be said of the imports as a graph: no circle, nothing left out, nothing loaded too early.

import type { Check, ImportEdge, Unit } from "./source.ts";

/** No file imports itself by way of others, not even for a type. */
export const checkCycles: Check = (units) =>
  circlesOf(units).map((circle) => `These files import each other in a circle: ${circle}`);

/** Every file of `src/` is used by the program, which starts at `main.ts` and `src/app.ts`. */
export const checkUnused: Check = (units) => {
  const roots = units.filter(({ path }) => path === "main.ts" || path === "src/app.ts");
  // Until the first of them is written there is no program, only parts.
  if (roots.length === 0) return [];
  const used = reach(units, { from: roots.map(({ path }) => path), follow: () => true });
  return units
    .filter(({ path }) => path.startsWith("src/") && !used.has(path))
    .map(({ path }) => `${path} is imported by nothing that main.ts or src/app.ts reaches`);
};

/** Commands are loaded when they are called: `main.ts` alone does not bring in the app. */
export const checkLazyCommands: Check = (units) =>
  reach(units, { from: ["main.ts"], follow: (edge) => edge.kind === "static" }).has("src/app.ts")
    ? ["main.ts loads src/app.ts before it knows the command: import the command dynamically"]
    : [];

/** A computed import hides from all the other checks. */
export const checkComputedImports: Check = (units) =>
  units.flatMap((unit) =>
    unit.computedImports.map((text) => `${unit.path} computes what it imports: ${text}`)
  );

interface Walk {
  readonly from: readonly string[];
  readonly follow: (edge: ImportEdge) => boolean;
}

function reach(units: readonly Unit[], walk: Walk): ReadonlySet<string> {
  const byPath = new Map(units.map((unit) => [unit.path, unit]));
  const seen = new Set(walk.from.filter((path) => byPath.has(path)));
  for (const path of seen) {
    for (const edge of byPath.get(path)?.imports ?? []) {
      if (edge.target !== undefined && walk.follow(edge)) seen.add(edge.target);
    }
  }
  return seen;
}

// Files that reach each other form a circle. Asking "what does each file reach" is quadratic, which
// is nothing for a few hundred files and needs no explaining.
function circlesOf(units: readonly Unit[]): readonly string[] {
  const reached = new Map(units.map((unit) => [unit.path, reachedFrom(units, unit)]));
  const circles = units.flatMap(({ path }) => {
    if (!reached.get(path)?.has(path)) return [];
    const circle = [...reached.get(path) ?? []].filter((other) => reached.get(other)?.has(path));
    return [circle.sort().join(", ")];
  });
  return [...new Set(circles)];
}

function reachedFrom(units: readonly Unit[], unit: Unit): ReadonlySet<string> {
  const targets = unit.imports.flatMap((edge) => edge.target ?? []);
  return reach(units, { from: targets, follow: () => true });
}
