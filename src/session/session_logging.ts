// What a session's client wants of log messages, until it says otherwise (2025-11-25, "Logging").

import type { LoggingLevel } from "../protocol/logging.ts";

/** The least severe message that a client wants. */
export class SessionLogging {
  level: LoggingLevel;
  readonly #onChange: () => void;

  constructor(level: LoggingLevel, onChange: () => void) {
    this.level = level;
    this.#onChange = onChange;
  }

  set(level: LoggingLevel): void {
    this.level = level;
    this.#onChange();
  }
}
