// A client's file with our server in it, whatever its format.

import { CarError } from "../../base/errors.ts";
import { type ClientFile, readClientFile, replaceClientFile } from "./client_file.ts";
import type { Client, Stanza } from "./clients.ts";
import { findJsonStanza, printJsonStanza, removeJsonStanza, setJsonStanza } from "./json_stanza.ts";
import { findTomlStanza, printTomlStanza, removeTomlStanza, setTomlStanza } from "./toml_stanza.ts";

/** What became of a file. */
export interface StanzaChange {
  readonly path: string;
  readonly changed: boolean;
  /** The copy of the former state; absent where nothing was there or nothing changed. */
  readonly backup?: string;
}

const BOM = "\uFEFF";

/**
 * Puts the server into a client's file, or takes it away (undefined). Throws CarError
 * `invalid_argument` for a file that is not what the client writes, `conflict`, `storage_failed`.
 */
export function changeStanza(
  { format, serversKey }: Client,
  path: string,
  stanza: Stanza | undefined,
): StanzaChange {
  const file = readClientFile(path);
  const after = edit(file, (text) => {
    if (stanza === undefined) {
      return format === "json"
        ? removeJsonStanza(text, serversKey)
        : removeTomlStanza(text, serversKey);
    }
    return format === "json"
      ? setJsonStanza(text, serversKey, stanza)
      : setTomlStanza(text, serversKey, stanza);
  });
  if (after === file.text) return { path, changed: false };
  const backup = replaceClientFile(file, after);
  return { path, changed: true, ...(backup !== undefined && { backup }) };
}

/** The server as a client's file says it; undefined when there is none. Throws as `changeStanza`. */
export function findStanza(
  { format, serversKey }: Client,
  path: string,
): Record<string, unknown> | undefined {
  const file = readClientFile(path);
  let found: unknown;
  edit(file, (text) => {
    found = format === "json" ? findJsonStanza(text, serversKey) : findTomlStanza(text, serversKey);
    return text;
  });
  // Both parsers make objects without a prototype.
  return found === undefined ? undefined : { ...found };
}

/** A file of that client with nothing but the server. */
export function printStanza({ format, serversKey }: Client, stanza: Stanza): string {
  return format === "json"
    ? printJsonStanza(serversKey, stanza)
    : printTomlStanza(serversKey, stanza);
}

/** What `change` makes of the text; its complaints get the name of the file. */
function edit({ path, text }: ClientFile, change: (text: string) => string): string {
  const bom = text.startsWith(BOM) ? BOM : "";
  try {
    return bom + change(text.slice(bom.length));
  } catch (thrown) {
    if (!(thrown instanceof CarError)) throw thrown;
    throw new CarError(thrown.code, `${path} ${thrown.message}`, { cause: thrown });
  }
}
