// The form in which a result may be kept in a file, where that is not the form in which it is told: the
// answer to whoever has something erased names it once more, and nothing of it may stay. It travels with the
// result under a key that is never written as JSON.

const KEPT_FORM = Symbol("kept form");

/** The result, to be kept as `kept` says wherever it is kept beyond this process. */
export function keptAs<Result extends object>(result: Result, kept: object): Result {
  return { ...result, [KEPT_FORM]: kept };
}

/** The form in which a result may be kept: mostly the result itself. */
export function keptFormOf(result: unknown): unknown {
  const isMarked = typeof result === "object" && result !== null && KEPT_FORM in result;
  return isMarked ? result[KEPT_FORM] : result;
}
