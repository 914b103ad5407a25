// Templates such as `car://memory/fact/{id}` (RFC 6570 level 1). A value is percent-encoded when it is
// put in, so that anything can be a value; whoever builds a URI by hand and leaves out the encoding of
// a slash is understood, too. `?` and `#` end a path (RFC 3986 section 3), so plain ones fit nothing.

import { invariant } from "../base/errors.ts";

/** The values of the variables, decoded. */
export type UriVariables = Readonly<Record<string, string>>;

/** A template made ready. */
export interface UriTemplate {
  readonly text: string;
  /** The names of its variables, in order. */
  readonly variables: readonly string[];
  /** The values in a URI of this template; undefined for another URI. Linear in its length. */
  match(uri: string): UriVariables | undefined;
  /** The URI with these values; every variable must have one. */
  expand(values: UriVariables): string;
}

/** Makes a template ready; a broken one is a fault of ours. */
export function compileUriTemplate(text: string): UriTemplate {
  const parts = text.split(/\{([^{}]*)\}/);
  // Literal texts and names take turns, a literal one at either end.
  const literals = parts.filter((_, at) => at % 2 === 0);
  const variables = parts.filter((_, at) => at % 2 === 1);
  const areApart = literals.slice(1, -1).every((literal) => literal !== "");
  const areNames = variables.every((name) => /^[A-Za-z0-9_]+$/.test(name));
  const isSound = variables.length > 0 && areApart && areNames &&
    new Set(variables).size === variables.length;
  invariant(isSound, `"${text}" is no template of level 1 with variables that are apart`);
  return {
    text,
    variables,
    match: (uri) => matchParts(uri, literals, variables),
    expand: (values) =>
      literals.map((literal, at) => {
        const name = variables[at];
        return name === undefined ? literal : literal + encodeURIComponent(values[name] ?? "");
      }).join(""),
  };
}

function matchParts(
  uri: string,
  literals: readonly string[],
  variables: readonly string[],
): UriVariables | undefined {
  const [first = "", ...others] = literals;
  if (!uri.startsWith(first)) return undefined;
  const values = new Map<string, string>();
  let from = first.length;
  for (const [at, literal] of others.entries()) {
    const isLast = at === others.length - 1;
    // A value has at least one character.
    const end = isLast ? uri.length - literal.length : uri.indexOf(literal, from + 1);
    if (end <= from || (isLast && !uri.endsWith(literal))) return undefined;
    const value = decoded(uri.slice(from, end));
    if (value === undefined) return undefined;
    values.set(variables[at] ?? "", value);
    from = end + literal.length;
  }
  return Object.fromEntries(values);
}

function decoded(text: string): string | undefined {
  // Half a surrogate pair cannot be written into a URI again.
  if (/[?#]/.test(text) || !text.isWellFormed()) return undefined;
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined;
    throw thrown;
  }
}
