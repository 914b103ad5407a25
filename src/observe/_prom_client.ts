// The parts of prom-client that are used here, each from its own file: the entry of the package also loads
// what measures processes and joins clusters, and with that a dozen modules of the runtime.

import type * as whole from "prom-client";
import counter from "prom-client/lib/counter.js";
import gauge from "prom-client/lib/gauge.js";
import registry from "prom-client/lib/registry.js";

// The files have no types of their own; what the entry says of them holds.

/** A number that only grows. */
export const Counter = counter as typeof whole.Counter;
/** A number that is read when it is asked for. */
export const Gauge = gauge as typeof whole.Gauge;
/** The metrics of one app. */
export const Registry = registry as typeof whole.Registry;
