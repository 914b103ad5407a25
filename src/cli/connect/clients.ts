// The clients that can be connected, as a table: where each keeps its servers, under which key, and how
// it writes a server that it starts and one that it reaches by URL. From the clients' own documentation
// on MCP servers.

import { join } from "node:path";
import { type Places, type Scope, settingsFolder } from "./places.ts";
import type { Reach } from "./launch.ts";

/** A member of a server. */
export type StanzaValue = string | readonly string[] | StanzaTable;

/** Members that are joined with those that the file has, as those of headers. */
export type StanzaTable = { readonly [name: string]: string };

/** A server as a client's file says it. */
export type Stanza = Readonly<Record<string, StanzaValue>>;

/** One client. */
export interface Client {
  /** How it is called on the command line. */
  readonly name: string;
  readonly title: string;
  readonly format: "json" | "toml";
  /** The key in the file under which servers stand by name. */
  readonly serversKey: string;
  /** The file, absolute; undefined: this client knows no such scope. */
  readonly path: (scope: Scope, places: Places) => string | undefined;
  /** The server; undefined: this client cannot be told of one like that in its file. */
  readonly stanza: (reach: Reach) => Stanza | undefined;
  /** What is left to do for the person. */
  readonly then: string;
}

/** The name of the server in every client's file. */
export const STANZA_NAME = "car";

/** Members that say how a server is reached; whatever else stands there is the person's. */
export const REACH_KEYS: readonly string[] = [
  "type",
  "command",
  "args",
  "url",
  "httpUrl",
  "serverUrl",
];

/** Every client, by name. */
export const CLIENTS: readonly Client[] = [
  {
    name: "claude-code",
    title: "Claude Code",
    format: "json",
    serversKey: "mcpServers",
    path: (scope, { home, project, variables }) =>
      scope === "project"
        ? join(project, ".mcp.json")
        : join(variables.CLAUDE_CONFIG_DIR ?? home, ".claude.json"),
    stanza: (reach) =>
      reach.kind === "url"
        ? { type: "http", url: reach.url, ...headers(reach) }
        : { type: "stdio", ...started(reach) },
    then: "start it anew and look at /mcp",
  },
  {
    name: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    serversKey: "mcpServers",
    path: (scope, places) =>
      scope === "project"
        ? undefined
        : join(settingsFolder(places), "Claude", "claude_desktop_config.json"),
    stanza: (reach) => reach.kind === "url" ? undefined : started(reach),
    then: "quit it whole and start it anew",
  },
  {
    name: "cursor",
    title: "Cursor",
    format: "json",
    serversKey: "mcpServers",
    path: (scope, { home, project }) =>
      join(scope === "project" ? project : home, ".cursor", "mcp.json"),
    stanza: (reach) =>
      reach.kind === "url" ? { url: reach.url, ...headers(reach) } : started(reach),
    then: "look at Settings, MCP",
  },
  {
    name: "vscode",
    title: "VS Code",
    format: "json",
    serversKey: "servers",
    path: (scope, places) =>
      scope === "project"
        ? join(places.project, ".vscode", "mcp.json")
        : join(settingsFolder(places), "Code", "User", "mcp.json"),
    stanza: (reach) =>
      reach.kind === "url"
        ? { type: "http", url: reach.url, ...headers(reach) }
        : { type: "stdio", ...started(reach) },
    then: 'run "MCP: List Servers" and start it',
  },
  {
    name: "codex",
    title: "Codex",
    format: "toml",
    serversKey: "mcp_servers",
    path: (scope, { home, project, variables }) =>
      scope === "project"
        ? join(project, ".codex", "config.toml")
        : join(variables.CODEX_HOME ?? join(home, ".codex"), "config.toml"),
    stanza: (reach) =>
      reach.kind === "url" ? { url: reach.url, ...headers(reach, "http_headers") } : started(reach),
    then: "start it anew and look at /mcp (a project must be trusted)",
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    format: "json",
    serversKey: "mcpServers",
    path: (scope, { home, project }) =>
      join(scope === "project" ? project : home, ".gemini", "settings.json"),
    stanza: (reach) =>
      reach.kind === "url" ? { httpUrl: reach.url, ...headers(reach) } : started(reach),
    then: "start it anew and look at /mcp",
  },
  {
    name: "zed",
    title: "Zed",
    format: "json",
    serversKey: "context_servers",
    path: zedPath,
    stanza: (reach) =>
      reach.kind === "url" ? { url: reach.url, ...headers(reach) } : started(reach),
    then: "look at the settings of the agent panel",
  },
  {
    name: "windsurf",
    title: "Windsurf",
    format: "json",
    serversKey: "mcpServers",
    path: (scope, { home }) =>
      scope === "project" ? undefined : join(home, ".codeium", "windsurf", "mcp_config.json"),
    stanza: (reach) =>
      reach.kind === "url" ? { serverUrl: reach.url, ...headers(reach) } : started(reach),
    then: "refresh the servers in the Cascade panel",
  },
];

// Zed keeps its settings under ~/.config on macOS, too.
function zedPath(scope: Scope, places: Places): string {
  const { platform, project } = places;
  if (scope === "project") return join(project, ".zed", "settings.json");
  if (platform === "win32") return join(settingsFolder(places), "Zed", "settings.json");
  return join(settingsFolder({ ...places, platform: "linux" }), "zed", "settings.json");
}

function started({ command, args }: Extract<Reach, { kind: "command" }>): Stanza {
  return { command, args };
}

function headers({ headers }: Extract<Reach, { kind: "url" }>, key = "headers"): Stanza {
  return Object.keys(headers).length === 0 ? {} : { [key]: headers };
}

/** Whether a member of a server is joined with what the file has. */
export function isStanzaTable(value: StanzaValue): value is StanzaTable {
  return typeof value === "object" && !Array.isArray(value);
}
