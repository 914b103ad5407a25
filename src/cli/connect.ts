// `car-mcp connect`: makes this server known to a client, or unknown again.

import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { CarError } from "../base/errors.ts";
import { SERVER_NAME } from "../base/version.ts";
import { urlHost } from "../config/bind.ts";
import type { Config } from "../config/config.ts";
import { NAMESPACE_HEADER } from "../protocol/headers.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { projectNamespace } from "./_project_namespace.ts";
import { type Client, CLIENTS, type Stanza } from "./connect/clients.ts";
import { bridgeCommand, type Reach } from "./connect/launch.ts";
import { type Places, placesHere, type Scope } from "./connect/places.ts";
import { changeStanza, printStanza, type StanzaChange } from "./connect/stanza_file.ts";
import { EXIT } from "./exit_codes.ts";
import { selfCommand } from "./self_command.ts";

/** The flags of `connect`, as given. */
export interface ConnectFlags extends HomeFlags {
  readonly print?: boolean;
  readonly remove?: boolean;
  readonly all?: boolean;
  readonly http?: boolean;
  readonly scope?: string;
  readonly project?: string;
  readonly json?: boolean;
}

const SCOPES: readonly Scope[] = ["user", "project"];

/** Connects a client, or disconnects it; resolves with the exit code. */
export async function connect(name: string | undefined, flags: ConnectFlags): Promise<number> {
  const config = commandConfig(flags);
  const places = placesHere(flags.project);
  if (flags.all === true) return await removeAll(name, flags, places);
  const client = clientNamed(name);
  const scope = readScope(flags.scope) ?? "user";
  const path = pathOf(client, scope, places);
  if (flags.remove === true) {
    const change = changeStanza(client, path, undefined);
    return await report([{ client, change }], flags);
  }
  const stanza = stanzaOf(client, reachOf(config, { scope, places, flags }));
  if (flags.print !== true) {
    return await report([{ client, change: changeStanza(client, path, stanza) }], flags);
  }
  if (flags.json !== true && process.stdout.isTTY) process.stderr.write(`In ${path}:\n`);
  const text = flags.json === true
    ? `${JSON.stringify({ client: client.name, path, stanza })}\n`
    : printStanza(client, stanza);
  await print(text);
  return EXIT.done;
}

function clientNamed(name: string | undefined): Client {
  const client = CLIENTS.find((one) => one.name === name);
  if (client !== undefined) return client;
  const names = CLIENTS.map((one) => one.name).join(", ");
  const complaint = name === undefined ? "No client is named" : `Unknown client "${name}"`;
  throw new CarError("invalid_argument", `${complaint}; known are ${names}`);
}

function readScope(text: string | undefined): Scope | undefined {
  if (text === undefined) return undefined;
  const scope = SCOPES.find((one) => one === text);
  if (scope !== undefined) return scope;
  throw new CarError("invalid_argument", `--scope must be user or project, not "${text}"`);
}

function pathOf(client: Client, scope: Scope, places: Places): string {
  const path = client.path(scope, places);
  if (path !== undefined) return path;
  throw new CarError("invalid_argument", `${client.title} has no configuration for a project`);
}

function stanzaOf(client: Client, reach: Reach): Stanza {
  const stanza = client.stanza(reach);
  if (stanza !== undefined) return stanza;
  const message =
    `${client.title} starts its servers; it takes no URL in its file. Leave --http out`;
  throw new CarError("invalid_argument", message);
}

function reachOf(
  { home, bind, tls }: Config,
  { scope, places, flags }: { scope: Scope; places: Places; flags: ConnectFlags },
): Reach {
  if (flags.http === true) {
    if (bind.port === 0) {
      const message = "--http needs a port that stays the same, and http.bind has port 0";
      throw new CarError("invalid_argument", message);
    }
    const scheme = tls === undefined ? "http" : "https";
    const url = `${scheme}://${urlHost(bind.hostname)}:${bind.port}/mcp`;
    return { kind: "url", url, headers: scope === "project" ? headersOf(places) : {} };
  }
  // Clients do not all hand on the environment of the shell in which this runs.
  const isOwnHome = home !== join(homedir(), ".car");
  return bridgeCommand(selfCommand(), [
    ...(isOwnHome ? ["--home", home] : []),
    ...(scope === "project" ? ["--namespace", "auto"] : []),
  ]);
}

// What a bridge finds out when it starts, a URL has to be told.
function headersOf({ project }: Places): Readonly<Record<string, string>> {
  return { [NAMESPACE_HEADER]: projectNamespace(project) };
}

async function removeAll(
  name: string | undefined,
  flags: ConnectFlags,
  places: Places,
): Promise<number> {
  if (flags.remove !== true || name !== undefined) {
    throw new CarError("invalid_argument", "--all goes with --remove and without a client");
  }
  const only = readScope(flags.scope);
  const scopes = only === undefined ? SCOPES : [only];
  const files = CLIENTS.flatMap((client) =>
    scopes.flatMap((scope) => {
      const path = client.path(scope, places);
      return path === undefined ? [] : [{ client, path }];
    })
  );
  const changes: ChangedFile[] = [];
  const complaints: string[] = [];
  for (const { client, path } of files) {
    try {
      changes.push({ client, change: changeStanza(client, path, undefined) });
    } catch (thrown) {
      if (!(thrown instanceof CarError)) throw thrown;
      // One file that cannot be read does not keep the server in all the others.
      complaints.push(thrown.message);
    }
  }
  await report(changes.filter(({ change }) => change.changed), flags);
  if (complaints.length === 0) return EXIT.done;
  process.stderr.write(complaints.map((line) => `${SERVER_NAME}: ${line}\n`).join(""));
  return EXIT.usage;
}

interface ChangedFile {
  readonly client: Client;
  readonly change: StanzaChange;
}

async function report(changes: readonly ChangedFile[], flags: ConnectFlags): Promise<number> {
  const { remove: isRemoved = false } = flags;
  if (flags.json === true) {
    const reports = changes.map(({ client, change }) => ({ client: client.name, ...change }));
    await print(`${JSON.stringify({ clients: reports })}\n`);
    return EXIT.done;
  }
  const lines = changes.map((one) => isRemoved ? removedText(one) : connectedText(one));
  await print(lines.length === 0 ? "No client was connected\n" : lines.join(""));
  return EXIT.done;
}

function connectedText({ client, change }: ChangedFile): string {
  const { path, changed } = change;
  if (!changed) return `${client.title} is connected already, in ${path}\n`;
  return `${client.title} is connected, in ${path}\n${backupText(change)}Now ${client.then}\n`;
}

function removedText({ client, change }: ChangedFile): string {
  const { path, changed } = change;
  if (!changed) return `${client.title} was not connected in ${path}\n`;
  return `${client.title} is no longer connected, in ${path}\n${backupText(change)}`;
}

function backupText({ backup }: StanzaChange): string {
  return backup === undefined ? "" : `What it was is in ${backup}\n`;
}
