// The ids of events: `index/stream`. The index counts over the whole session, so an id is unique in
// it; the stream's name says which stream to go on with (2025-11-25, "Resumability and Redelivery").

/** A place in one stream of a session. */
export interface EventPlace {
  readonly index: number;
  readonly stream: string;
}

// An index has at most 15 digits, which a number holds exactly. A name of ours is a count and a tag.
const EVENT_ID = /^(0|[1-9][0-9]{0,14})\/([0-9a-z.]{1,64})$/;

/** Writes an id; visible ASCII without line breaks. */
export function formatEventId(index: number, stream: string): string {
  return `${index}/${stream}`;
}

/** Reads an id; undefined if it cannot be one of ours. */
export function parseEventId(id: string): EventPlace | undefined {
  const match = EVENT_ID.exec(id);
  if (match === null) return undefined;
  const [, index = "", stream = ""] = match;
  return { index: Number(index), stream };
}
