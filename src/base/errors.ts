// The two ways a function here fails when its caller cannot go on: CarError for a fault that has a
// name, invariant() for a broken assumption of ours. An outcome the caller is expected to branch on
// is a return value instead. Messages never hold a token, a key or a user's text.

/** What kind of fault a CarError reports; callers and the wire layers branch on it. */
export type CarErrorCode =
  | "invalid_argument"
  | "not_found"
  | "resource_not_found"
  | "conflict"
  | "limit_reached"
  | "unsupported"
  | "capability_missing"
  | "elicitation_required"
  | "cancelled"
  | "suspended"
  | "deadline_exceeded"
  | "closed"
  | "storage_failed"
  | "storage_damaged"
  | "storage_newer"
  | "home_unusable"
  | "address_in_use"
  | "daemon_running"
  | "no_daemon"
  | "denied"
  | "permission_missing"
  | "config_invalid"
  | "internal";

/** Options of CarError: `data` is safe to show to the caller, `cause` is not. */
export interface CarErrorOptions {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A fault with a stable `code` and `data` that may be shown to whoever caused it. */
export class CarError extends Error {
  override readonly name = "CarError";
  readonly code: CarErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: CarErrorCode, message: string, options: CarErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
  }
}

/** Throws when an assumption of ours does not hold; never for bad input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${message}`);
}

/** The message of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
