// The clients: whether each that is on this machine knows of this server, by a command that is there.

import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { SERVER_NAME } from "../../base/version.ts";
import { type Client, CLIENTS } from "../connect/clients.ts";
import { placesHere, type Scope } from "../connect/places.ts";
import { findStanza } from "../connect/stanza_file.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** Looks at the files of every client that seems to be installed. */
export function checkClients(project: string | undefined): readonly Diagnosis[] {
  const places = placesHere(project);
  const scopes: readonly Scope[] = ["user", "project"];
  const found = CLIENTS.flatMap((client) =>
    scopes.flatMap((scope) => {
      const path = client.path(scope, places);
      return path === undefined ? [] : diagnose(client, scope, path);
    })
  );
  if (found.length > 0) return found;
  const todo = `${SERVER_NAME} connect CLIENT`;
  return [{ about: "clients", state: "note", says: "none is known here", todo }];
}

function diagnose(client: Client, scope: Scope, path: string): readonly Diagnosis[] {
  const about = scope === "user" ? client.title : `${client.title} (project)`;
  const todo = `${SERVER_NAME} connect ${client.name}${scope === "user" ? "" : " --scope project"}`;
  if (!existsSync(path)) {
    // A folder of its own shows a client that has no file yet; the person's folder shows nothing.
    const isHere = scope === "user" && client.name !== "claude-code" && existsSync(dirname(path));
    return isHere ? [{ about, state: "note", says: "it is not connected", todo }] : [];
  }
  try {
    const stanza = findStanza(client, path);
    if (stanza === undefined) {
      return scope === "user" ? [{ about, state: "note", says: "it is not connected", todo }] : [];
    }
    const { command } = stanza;
    if (typeof command !== "string" || canRun(command)) {
      return [{ about, state: "well", says: `it is connected, in ${path}` }];
    }
    return [{ about, state: "bad", says: `${path} names ${command}, which cannot be run`, todo }];
  } catch (thrown) {
    return [{ about, state: "bad", says: messageOf(thrown), todo: "correct the file" }];
  }
}

function canRun(command: string): boolean {
  try {
    accessSync(command, constants.X_OK);
    return true;
  } catch {
    // Whatever the reason, a client meets it, too.
    return false;
  }
}
