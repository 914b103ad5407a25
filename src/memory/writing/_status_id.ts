// The id under which the status of a namespace is known: it is erased by it like a fact.

/** No fact has an id that begins so. */
export const STATUS_ID_START = "proactive-status:";

const DEFAULT_NAMESPACE = "default";
const DEFAULT_NAME = "global";

/** The id of a namespace's status. */
export function statusIdOf(namespace: string): string {
  return STATUS_ID_START + (namespace === DEFAULT_NAMESPACE ? DEFAULT_NAME : namespace);
}
