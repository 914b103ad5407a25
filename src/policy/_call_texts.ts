// The arguments of a call as text, for rules that look for one. A text inside an object or array counts
// as it is and as JSON shows it, so that neither an escape nor the quotes around it hide anything. Made
// when the first rule asks, once for all of them.

/** A JSON object; arguments of a call. */
export type Params = Readonly<Record<string, unknown>>;

/** The texts of one call. */
export class CallTexts {
  readonly #params: Params;
  readonly #byParam = new Map<string, readonly string[]>();

  constructor(params: Params) {
    this.#params = params;
  }

  /** The texts of one argument; none when it is absent. */
  of(param: string): readonly string[] {
    if (!Object.hasOwn(this.#params, param)) return [];
    const known = this.#byParam.get(param);
    if (known !== undefined) return known;
    const texts = textsOf(this.#params[param]);
    this.#byParam.set(param, texts);
    return texts;
  }

  /** The texts of all arguments. */
  *all(): Generator<string> {
    for (const param of Object.keys(this.#params)) yield* this.of(param);
  }

  /** All strings in the order in which they stand, with a space between: what a shell may be given. */
  joined(): string {
    const strings: string[] = [];
    for (const value of Object.values(this.#params)) collectStrings(value, strings);
    return strings.join(" ");
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  const strings: string[] = [];
  collectStrings(value, strings);
  return [JSON.stringify(value), ...strings];
}

// Nesting of arguments is bounded before they get here.
function collectStrings(value: unknown, into: string[]): void {
  if (typeof value === "string") {
    into.push(value);
  } else if (Array.isArray(value)) {
    for (const member of value) collectStrings(member, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      into.push(key);
      collectStrings(member, into);
    }
  }
}
