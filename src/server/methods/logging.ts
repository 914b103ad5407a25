// `logging/setLevel` (2025-11-25, "Logging").

import { CarError } from "../../base/errors.ts";
import { isLoggingLevel, LOGGING_LEVELS } from "../../protocol/logging.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";

/** Answers `logging/setLevel`: from now on the session gets messages of that level and above. */
export const setLogLevel: MethodHandler = (params, { origin }) => {
  const level = params?.level;
  if (!isLoggingLevel(level)) {
    const message = `Parameter "level" must be one of ${LOGGING_LEVELS.join(", ")}`;
    throw new CarError("invalid_argument", message);
  }
  if (origin.logging?.set === undefined) {
    throw new CarError("conflict", "A log level is kept by a session; start with initialize");
  }
  origin.logging.set(level);
  return {};
};
