// Structured log lines: an event's name and fields, never a sentence with values in it. Nothing a user
// wrote and no token may be passed in. Each app has a log of its own, so the formatters of the logging
// library are used without its process-wide configuration.

import { getJsonLinesFormatter, getTextFormatter, type LogRecord } from "@logtape/logtape";
import type { Clock } from "../base/clock.ts";
import { type LogValue, redact } from "./_redact.ts";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "./log_schema.ts";

/** The fields of a line. */
export type LogFields = Readonly<Record<string, LogValue>>;

/** Where the program reports what it does. */
export interface Log {
  /** Whether lines of that level are written, to spare the making of their fields. */
  isOn(level: LogLevel): boolean;
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Options of createLog. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly clock: Clock;
  /** Takes one line with its line break. */
  readonly write: (line: string) => void;
}

const CATEGORY = ["car-mcp"] as const;

/** Makes a log that writes lines of a level and above. */
export function createLog(options: LogOptions): Log {
  const lowest = LOG_LEVELS.indexOf(options.level);
  const format = options.format === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter({
      timestamp: "time",
      format: ({ timestamp, level, message }) => `${timestamp} ${level} ${message}`,
    });
  const isOn = (level: LogLevel) => LOG_LEVELS.indexOf(level) >= lowest;
  const write = (level: LogLevel, event: string, fields: LogFields = {}) => {
    if (!isOn(level)) return;
    const properties = redact(fields);
    const message = options.format === "json" ? event : textOf(event, properties);
    const record: LogRecord = {
      category: CATEGORY,
      level: level === "warn" ? "warning" : level,
      message: [message],
      rawMessage: message,
      timestamp: options.clock.now(),
      properties,
    };
    options.write(format(record));
  };
  return {
    isOn,
    debug: (event, fields) => write("debug", event, fields),
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => write("warn", event, fields),
    error: (event, fields) => write("error", event, fields),
  };
}

function textOf(event: string, fields: Readonly<Record<string, LogValue>>): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [event, ...pairs].join(" ");
}
