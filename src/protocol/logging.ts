// The severities of log messages to a client (2025-11-25, "Logging"; RFC 5424 section 6.2.1).

/** All severities, the least severe first. */
export const LOGGING_LEVELS = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
] as const;

/** One severity. */
export type LoggingLevel = (typeof LOGGING_LEVELS)[number];

/** What a client gets that never called `logging/setLevel`; the specification leaves it to the server. */
export const STANDARD_LOGGING_LEVEL: LoggingLevel = "info";

/** Whether a value names a severity. */
export function isLoggingLevel(value: unknown): value is LoggingLevel {
  return typeof value === "string" && (LOGGING_LEVELS as readonly string[]).includes(value);
}

/** Whether a message of that severity reaches a client that wants `least` and above. */
export function isAtLeast(level: LoggingLevel, least: LoggingLevel): boolean {
  return LOGGING_LEVELS.indexOf(level) >= LOGGING_LEVELS.indexOf(least);
}
