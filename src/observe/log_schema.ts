// How much is logged and how it looks; apart from the log itself, because the configuration needs the
// words and not the machinery.

/** The levels, most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** How much a line matters. */
export type LogLevel = typeof LOG_LEVELS[number];

/** How lines look: for a person, or one JSON object each. */
export type LogFormat = "text" | "json";
