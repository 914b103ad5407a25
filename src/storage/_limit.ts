// How a statement is told the number of rows it may give.

/**
 * A LIMIT by a bound parameter. SQLite looks for the value of a bare parameter while it plans, and so
 * prepares the statement anew each time one is bound (`sqlite3ExprIsInteger` in its source); that costs
 * more than most of these statements take. A sum is left alone.
 */
export function limitOf(parameter: string): string {
  return `LIMIT ${parameter} + 0`;
}
