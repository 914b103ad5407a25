// Times as people and models write them.

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/i;

/**
 * RFC 3339, or a date alone for its first moment in UTC, as UTC milliseconds; undefined for anything
 * else, and for a day that no calendar has.
 */
export function readDateTime(text: string): number | undefined {
  const ms = DATE_TIME.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(ms) || !isRealDate(text) ? undefined : ms;
}

// Parsers roll 31 February over into March.
function isRealDate(text: string): boolean {
  const date = text.slice(0, 10);
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}
