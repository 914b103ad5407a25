// What is known of a task: work that goes on after its caller was given a handle for it. A task belongs
// to one principal, and its end is final. What it asks and what it comes to is JSON of its owner, which
// nobody here reads.

/**
 * Where a task stands. `working` and `input_required` (it waits for answers to questions) are on the
 * way; the others are ends: `completed` with a result, `failed`, `cancelled`.
 */
export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/**
 * Why a task failed. `error`: its work did; `interrupted`: the process that ran it is gone; `timed_out`:
 * it took longer than a task may; `too_large`: its result or its questions are longer than is kept;
 * `erased`: they held what was to be forgotten.
 */
export type TaskFailure = "error" | "interrupted" | "timed_out" | "too_large" | "erased";

/** A task as it is kept; times are UTC milliseconds. */
export interface Task {
  /** Nobody can guess it. */
  readonly id: string;
  /** Whose it is; nobody else learns that it exists. */
  readonly principalId: string;
  readonly status: TaskStatus;
  /** Only with `failed`. */
  readonly failure?: TaskFailure;
  /** How far it is, for a person. */
  readonly message?: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** From then on it is unknown. */
  readonly expiresMs: number;
  /**
   * JSON: with `input_required` an object of the open questions by key; with `completed` the result; with
   * `failed` and `error` what went wrong. Else absent.
   */
  readonly content?: string;
}

/** Whether a status is an end. */
export function isFinal(status: TaskStatus): boolean {
  return status !== "working" && status !== "input_required";
}
