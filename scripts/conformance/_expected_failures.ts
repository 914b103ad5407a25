// What may fail, and why: a file of a few lines in YAML, of which this reads the plain part it is
// written in, so that a slip of the pen is an error and not a check that nobody looks at.
//
//     fixture 2025-11-25:
//       scenario-name: why all of it may fail
//       scenario-name:check-id: why this check may fail

/** A scenario, or one check of it, that may fail. */
export interface ExpectedFailure {
  /** The server and the requirement set, such as `product 2026-07-28`. */
  readonly run: string;
  readonly scenario: string;
  /** The one check that may fail; undefined: all of them. */
  readonly check: string | undefined;
  readonly reason: string;
}

/** Reads the file; throws with the number of a line that is not as it should be. */
export function readExpectedFailures(text: string): readonly ExpectedFailure[] {
  const found: ExpectedFailure[] = [];
  let run: string | undefined;
  for (const [at, line] of text.split("\n").entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const begun = /^(\S+ \d{4}-\d{2}-\d{2}):$/.exec(line);
    const entry = /^ {2}([^\s:]+)(?::(\S+))?: (\S.*)$/.exec(line);
    if (begun !== null) run = begun[1];
    else if (entry !== null && run !== undefined) {
      const [, scenario = "", check, reason = ""] = entry;
      found.push({ run, scenario, check, reason });
    } else throw new Error(`Line ${at + 1} of the expected failures is neither a run nor an entry`);
  }
  return found;
}
