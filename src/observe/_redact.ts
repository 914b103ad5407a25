// The second net under the logs. Callers pass ids, counts, codes and names of ours; should a secret or
// a user's text slip in all the same, it is cut here: by the name of its field, and by its length.

/** A value that a log line may hold. */
export type LogValue = string | number | boolean | undefined;

const SECRET_FIELD = /token|secret|password|authorization|cookie|apikey|api_key|nonce/i;
const TEXT_CHARS_MAX = 256;

/** The fields of a log line as they may be written. */
export function redact(fields: Readonly<Record<string, LogValue>>): Record<string, LogValue> {
  const clean: Record<string, LogValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    clean[name] = SECRET_FIELD.test(name) ? "[redacted]" : shorten(value);
  }
  return clean;
}

function shorten(value: LogValue): LogValue {
  if (typeof value !== "string") return value;
  // One line stays one line, whatever a client calls itself.
  // deno-lint-ignore no-control-regex
  const line = value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
  return line.length <= TEXT_CHARS_MAX ? line : `${line.slice(0, TEXT_CHARS_MAX)}…`;
}
