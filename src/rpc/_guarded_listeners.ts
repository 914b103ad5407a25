// Keeps the process out of what a handler does when its call ends: a listener that throws would reach
// it as an uncaught error, which no handler of ours could catch. The signal stays one of the runtime's
// own, so that `fetch` and timers take it; a signal that a handler derives from it has its own
// listeners, which are beyond reach.

type Listener = EventListenerOrEventListenerObject;

/** Makes `onFault` take what a listener of the signal throws, or what its promise rejects with. */
export function guardListeners(signal: AbortSignal, onFault: (thrown: unknown) => void): void {
  // One guard for a listener, however often it is added: adding it twice, and removing it, work as ever.
  const guards = new WeakMap<Listener, EventListener>();
  const guardOf = (listener: Listener): EventListener => {
    const guard = guards.get(listener) ?? guarded(listener, signal, onFault);
    guards.set(listener, guard);
    return guard;
  };
  const add = signal.addEventListener;
  const remove = signal.removeEventListener;
  let onabort: EventListener | null = null;
  Object.defineProperties(signal, {
    addEventListener: {
      value(type: string, listener: Listener | null, options?: AddEventListenerOptions) {
        if (listener) add.call(signal, type, guardOf(listener), options);
      },
    },
    removeEventListener: {
      value(type: string, listener: Listener | null, options?: EventListenerOptions) {
        if (listener) remove.call(signal, type, guardOf(listener), options);
      },
    },
    onabort: {
      get: () => onabort,
      set(listener: unknown) {
        onabort = typeof listener === "function" ? listener as EventListener : null;
        Reflect.set(AbortSignal.prototype, "onabort", onabort && guardOf(onabort), signal);
      },
    },
  });
}

function guarded(
  listener: Listener,
  signal: AbortSignal,
  onFault: (thrown: unknown) => void,
): EventListener {
  return (event) => {
    try {
      const outcome: unknown = typeof listener === "function"
        ? listener.call(signal, event)
        : listener.handleEvent(event);
      if (outcome instanceof Promise) outcome.catch(onFault);
    } catch (thrown) {
      onFault(thrown);
    }
  };
}
