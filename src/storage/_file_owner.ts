// Whose a file is. What an administrator put there is trusted as what is our own: who can do that can do
// anything else, too. Systems without user numbers tell nobody apart.

import process from "node:process";

interface Owned {
  readonly uid: number;
}

const ADMINISTRATOR = 0;

/** Whether it belongs to the user of this process. */
export function isOwn({ uid }: Owned): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** Whether it belongs to somebody who has no business here. */
export function isAnothers(found: Owned): boolean {
  return !isOwn(found) && found.uid !== ADMINISTRATOR;
}
