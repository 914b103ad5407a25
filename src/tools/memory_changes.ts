// From what the engines write to whom it concerns: tells the hub which resources and lists have changed.
// It runs while somebody wishes to hear of resources. Then other processes that write to the same memory
// are followed, too, which otherwise happens when something is read.

import type { CancelTimer, Clock } from "../base/clock.ts";
import type { MemoryEngine } from "../memory/engine.ts";
import type { FactDirectory } from "../memory/fact_directory.ts";
import type { ChangeHub } from "../rpc/changes.ts";
import type { Skills } from "../skills/skills.ts";
import { FACT_URIS, nameIn, SKILL_URIS, STATUS_URI, uriOf } from "./resources/uris.ts";

/** What is watched, and who is told. */
export interface MemoryChangesParts {
  readonly memory: MemoryEngine;
  readonly facts: FactDirectory;
  readonly skills: Skills;
  readonly changes: ChangeHub;
  readonly clock: Clock;
  /** Is told of what fails while others are followed. */
  readonly onFault: (thrown: unknown) => void;
}

// Others' writes are seen so much later at most; a look at an unchanged file takes microseconds.
const FOLLOW_MS = 1_000;

/** Connects the engines to the hub. */
export function watchMemory(parts: MemoryChangesParts): void {
  parts.changes.watchResources(() => watching(parts));
}

function watching(parts: MemoryChangesParts): () => void {
  const { memory, facts, skills, changes, clock, onFault } = parts;
  // Which facts another process erased is not known here unless they were in RAM.
  const goneIds = (namespace: string) =>
    Iterator.from(changes.wished()).toArray().flatMap((wish) => {
      if (wish.namespace !== namespace || wish.uri === undefined) return [];
      const id = nameIn(FACT_URIS, wish.uri);
      return id === undefined || facts.fact(namespace, id) !== undefined ? [] : [id];
    });
  const tell = tellingOnce(changes);
  const tellFact = (namespace: string, id: string, isErased: boolean) => {
    const uri = uriOf(FACT_URIS, id);
    changes.publish({ kind: "resource", uri, audience: { namespace }, isErased });
  };
  let ready: ReadonlySet<string> = new Set();
  const follow = () => {
    try {
      memory.follow()?.catch(onFault);
      skills.follow();
      // What begins or ends by the passing of time is told of what is in RAM. Each is brought there once:
      // there may be no room for all.
      const wished = new Set(Iterator.from(changes.wished()).map(({ namespace }) => namespace));
      for (const namespace of wished.difference(ready)) memory.prepare(namespace)?.catch(onFault);
      ready = wished;
    } catch (thrown) {
      onFault(thrown);
    }
  };
  // What was written before is no change that anybody waited for; of a large backlog, which is followed
  // in turns, the end may be told all the same.
  follow();
  memory.watch(({ namespace, id, isListChange, isErased }) => {
    const ids = id === undefined ? goneIds(namespace) : [id];
    for (const each of ids) tellFact(namespace, each, isErased);
    tell(namespace, isListChange);
  });
  skills.watch(({ namespace, name, isListChange }) => {
    const uri = uriOf(SKILL_URIS, name);
    changes.publish({ kind: "resource", uri, audience: { namespace } });
    tell(namespace, isListChange);
  });
  const followLater = (): CancelTimer =>
    clock.after(FOLLOW_MS, () => {
      follow();
      cancel = followLater();
    });
  let cancel = followLater();
  return () => {
    cancel();
    memory.watch(undefined);
    skills.watch(undefined);
  };
}

/** Tells of the list and the status of a namespace, once for all that one write has changed in it. */
function tellingOnce(changes: ChangeHub): (namespace: string, isListChange: boolean) => void {
  const waiting = new Map<string, boolean>();
  const tellAll = () => {
    for (const [namespace, isListChange] of waiting) {
      const audience = { namespace };
      changes.publish({ kind: "resource", uri: STATUS_URI, audience });
      if (isListChange) changes.publish({ kind: "resources", audience });
    }
    waiting.clear();
  };
  return (namespace, isListChange) => {
    // The facts of a write come one right after the other.
    if (waiting.size === 0) queueMicrotask(tellAll);
    waiting.set(namespace, isListChange || waiting.get(namespace) === true);
  };
}
