// What the streams are held against. Absolute times are those of one machine; memory and ratios travel
// better.

const KIB = 1_024;

/** Memory of a session that nobody listens to. */
export const SESSION_BYTES = 4 * KIB;
/** Memory of a session with an open stream, beyond that of an open stream of the bare server. */
export const STREAMED_SESSION_BYTES = 12_000;
/** Time until one event to each of ten thousand sessions was received by all of them. */
export const PUSH_MS_PER_STREAM = 2_000 / 10_000;
/** The p99 of a delivery beside a reader that never reads may be so many times that without. */
export const STUCK_P99_RATIO = 1.1;
/** How much the values of a server may grow over a million calls on one session. */
export const ENDURANCE_HEAP_BYTES = 1_024 * KIB;
