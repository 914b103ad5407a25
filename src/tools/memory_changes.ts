// From what the engines write to whom it concerns: tells the hub which resources and lists have changed.
// It runs while somebody wishes to hear of resources. Then other processes that write to the same memory
// are followed, too, which otherwise happens when something is read.

import type { CancelTimer, Clock } from "../base/clock.ts";
import type { MemoryEngine } from "../memory/engine.ts";
import type { ChangeHub } from "../rpc/changes.ts";
import type { Skills } from "../skills/skills.ts";
import { FACT_URIS, SKILL_URIS, STATUS_URI, uriOf } from "./resources/uris.ts";

/** What is watched, and who is told. */
export interface MemoryChangesParts {
  readonly memory: MemoryEngine;
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

function watching({ memory, skills, changes, clock, onFault }: MemoryChangesParts): () => void {
  const tell = (namespace: string, uri: string | undefined, isListChange: boolean) => {
    const audience = { namespace };
    if (uri !== undefined) changes.publish({ kind: "resource", uri, audience });
    changes.publish({ kind: "resource", uri: STATUS_URI, audience });
    if (isListChange) changes.publish({ kind: "resources", audience });
  };
  const follow = () => {
    try {
      memory.follow()?.catch(onFault);
      skills.follow();
    } catch (thrown) {
      onFault(thrown);
    }
  };
  // What was written before is no change that anybody waited for; of a large backlog, which is followed
  // in turns, the end may be told all the same.
  follow();
  memory.watch(({ namespace, id, isListChange }) =>
    tell(namespace, id === undefined ? undefined : uriOf(FACT_URIS, id), isListChange)
  );
  skills.watch(({ namespace, name, isListChange }) =>
    tell(namespace, uriOf(SKILL_URIS, name), isListChange)
  );
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
