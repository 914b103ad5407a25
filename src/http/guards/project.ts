// Reads the header that names the folder a caller works in, whose policies then hold for its calls. The
// path is one of this machine, so only a server that listens on loopback alone takes it; elsewhere it
// means nothing and is not looked at. What is malformed is refused, because a call that lost its
// project would have lost its rules; whether the folder is there is for the policies to find out.

import { isAbsolute } from "node:path";
import { PROJECT_HEADER } from "../../protocol/headers.ts";

/** The project a request names. */
export type ProjectReading =
  | { readonly kind: "none" }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "malformed" };

const NONE: ProjectReading = { kind: "none" };
const MALFORMED: ProjectReading = { kind: "malformed" };

// The longest path that Linux takes; percent-encoding makes three characters of a byte.
const PATH_CHARS_MAX = 4_096;
const HEADER_CHARS_MAX = 3 * PATH_CHARS_MAX;

/** What a malformed header is answered with. */
export const PROJECT_COMPLAINT =
  `Header Car-Project must be an absolute path of at most ${PATH_CHARS_MAX} characters, ` +
  "percent-encoded in UTF-8";

/** Reads which project a request names; none where `isLoopback` does not hold. */
export function readProject(headers: Headers, isLoopback: boolean): ProjectReading {
  const value = headers.get(PROJECT_HEADER);
  if (value === null || !isLoopback) return NONE;
  const path = decodePath(value);
  return path === undefined ? MALFORMED : { kind: "folder", path };
}

function decodePath(value: string): string | undefined {
  if (value.length > HEADER_CHARS_MAX) return undefined;
  try {
    const path = decodeURIComponent(value);
    // Other control characters are allowed in names; this one ends them.
    const isPath = isAbsolute(path) && path.length <= PATH_CHARS_MAX && !path.includes("\0");
    return isPath ? path : undefined;
  } catch {
    // A percent sign without two digits, or bytes that are no UTF-8.
    return undefined;
  }
}
