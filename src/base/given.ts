// A member that is there only when its value is, as exact optional types want it.

/** `{ [name]: value }`, or nothing when the value is undefined; to be spread into an object. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  if (value === undefined) return {};
  // A computed name widens to string, so the type has to be said again.
  return { [name]: value } as { readonly [key in Name]: Value };
}
