// A value that may be there already. The way of a call is written with it, so that a tool that answers
// at once is answered at once: every promise on the way costs more than most steps between them.

/** A value, or a promise of it. */
export type Eventually<Value> = Value | Promise<Value>;

/** Goes on with a value as soon as it is there: now, if it is. */
export function whenReady<Value, Next>(
  value: Eventually<Value>,
  next: (value: Value) => Eventually<Next>,
): Eventually<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does something, and something else when that is over, however it ends. */
export function lastly<Value>(run: () => Eventually<Value>, end: () => void): Eventually<Value> {
  let isUnderWay = false;
  try {
    const value = run();
    isUnderWay = value instanceof Promise;
    return value instanceof Promise ? value.finally(end) : value;
  } finally {
    if (!isUnderWay) end();
  }
}
