// Names of tools with `*` for any run of characters. Matched from left to right without turning back:
// each piece between two stars takes the first place where it fits, which is right because any later
// place leaves less room for the rest.

/** Tells whether one of these names is meant. */
export type ToolPattern = (names: readonly string[]) => boolean;

/** Makes a pattern ready. */
export function toolPattern(pattern: string): ToolPattern {
  const pieces = pattern.split("*");
  return pieces.length === 1
    ? (names) => names.includes(pattern)
    : (names) => names.some((name) => fits(name, pieces));
}

function fits(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? "";
  const last = pieces[pieces.length - 1] ?? "";
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return name.length - from >= last.length && name.endsWith(last);
}
