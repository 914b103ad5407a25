// One text for one JSON value, whatever the order of its keys.

/** JSON text with sorted keys: two values are the same JSON exactly when these texts are equal. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  // An object that is neither null nor an array has string keys, and its values are looked at as such.
  const members = value as Readonly<Record<string, unknown>>;
  const texts = Object.keys(members).sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(members[key])}`);
  return `{${texts.join(",")}}`;
}
