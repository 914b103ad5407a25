// The bounds under which runs are made: room for everything, and each bound so small that it is met.

import assert from "node:assert/strict";
import type { Outcome, SimBounds } from "./_model_server.ts";

/** Bounds and what is special about them. */
export interface Setting {
  readonly name: string;
  readonly bounds: SimBounds;
  /** What must happen in the runs beside what happens with any bounds. */
  readonly meets: readonly Outcome[];
}

const KIB = 1_024;

const ROOMY: SimBounds = {
  eventLogEventsMax: 1_024,
  eventLogBytesMax: 1_024 * KIB,
  streamBufferBytesMax: 1_024 * KIB,
  sessionStreamsMax: 64,
  shadowStreamsMax: 32,
  sessionRequestsMax: 256,
  outgoingRequestsMax: 64,
};

/** All settings; a seed belongs to the one at its remainder. */
export const SETTINGS: readonly Setting[] = [
  { name: "room for everything", bounds: ROOMY, meets: [] },
  {
    name: "few events are kept, few streams and questions are open",
    bounds: {
      ...ROOMY,
      eventLogEventsMax: 3,
      sessionStreamsMax: 4,
      shadowStreamsMax: 2,
      sessionRequestsMax: 3,
      outgoingRequestsMax: 1,
    },
    meets: [
      "full",
      "too old",
      "message dropped unsent",
      "message not taken",
      "report dropped",
      "no stream for a call",
      "stream forgotten for want of room",
      "ping not asked",
    ],
  },
  {
    name: "few bytes are kept",
    bounds: { ...ROOMY, eventLogBytesMax: 1.5 * KIB, sessionStreamsMax: 3, shadowStreamsMax: 1 },
    meets: [
      "full",
      "too old",
      "message dropped unsent",
      "message not taken",
      "report dropped",
      "answer too large to keep",
      "shadow makes room",
    ],
  },
  {
    name: "readers are slow",
    bounds: { ...ROOMY, streamBufferBytesMax: KIB, shadowStreamsMax: 1 },
    meets: ["reader too slow"],
  },
  {
    name: "everything is scarce",
    bounds: {
      eventLogEventsMax: 9,
      eventLogBytesMax: 2 * KIB,
      streamBufferBytesMax: KIB,
      sessionStreamsMax: 4,
      shadowStreamsMax: 2,
      sessionRequestsMax: 4,
      outgoingRequestsMax: 3,
    },
    meets: ["full", "too old", "reader too slow", "message dropped unsent"],
  },
];

/** What must happen in the runs of every setting. */
export const ALWAYS_MET: readonly Outcome[] = [
  "joined",
  "unknown",
  "nothing left",
  "shadow takes over",
  "stream forgotten in time",
  "call refused",
  "call timed out",
  "call cancelled",
  "question timed out",
  "question answered",
  "answer to no question",
  "ping answered",
  "ping answered late",
  "ping answered for an older connection",
  "ping in vain",
  "primary changed while a ping waited",
  "silent primary makes way",
];

/** The setting that a seed is run in. */
export function settingOf(seed: number): Setting {
  const setting = SETTINGS[seed % SETTINGS.length];
  assert.ok(setting, `seed ${seed} is not a whole number from 0 on`);
  return setting;
}
