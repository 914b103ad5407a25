// The port of whoever wants to hear of every change of facts, by this process and, as soon as the engine
// follows them, by others (`MemoryEngine.watch`). That a fact begins or ends as was planned is a change, too.

/** What happened to a fact. */
export interface FactChange {
  readonly namespace: string;
  /** Undefined: somebody else erased facts of the namespace, and which is not known here. */
  readonly id: string | undefined;
  /** Whether it may have come to the facts that hold, or have left them. */
  readonly isListChange: boolean;
  /** Whether it is gone for good; then nothing may name it once the watcher has returned. */
  readonly isErased: boolean;
}

/** Takes a change after queries see it; must not throw. */
export type FactWatcher = (change: FactChange) => void;
