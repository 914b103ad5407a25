// The servers that other programs have configured: `mcpServers` of Claude Code, Claude Desktop, Cursor,
// Windsurf and Gemini, `servers` of VS Code, `mcp_servers` of Codex. What they write differs in small
// things; what cannot be taken over is said with its reason.

import { parse as parseToml } from "smol-toml";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import { plainJson } from "./_json_with_comments.ts";
import { serverNameFrom } from "./tool_names.ts";
import type { CommandTarget, UrlTarget } from "./upstream_file.ts";

/** A server that can be taken over. */
export interface ImportedServer {
  /** As it is called here. */
  readonly name: string;
  readonly target: CommandTarget | UrlTarget;
}

/** What a file of another program holds. */
export interface ClientServers {
  readonly servers: readonly ImportedServer[];
  /** What cannot be taken over, as it is called there, and why. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
}

/** Reads such a file; undefined where it is neither JSON nor TOML, as its ending says. */
export function readClientConfig(text: string, path: string): ClientServers | undefined {
  const content = parsed(text, path);
  if (!isJsonObject(content)) return undefined;
  const servers: ImportedServer[] = [];
  const skipped: { name: string; why: string }[] = [];
  for (const [given, entry] of entriesOf(content)) {
    const name = serverNameFrom(given);
    const target = isJsonObject(entry) ? targetOf(entry) : "it is no table";
    if (name === undefined) skipped.push({ name: given, why: "nothing of its name can be kept" });
    else if (typeof target === "string") skipped.push({ name: given, why: target });
    else servers.push({ name, target });
  }
  return { servers, skipped };
}

function parsed(text: string, path: string): unknown {
  try {
    return path.endsWith(".toml") ? parseToml(text) : JSON.parse(plainJson(text));
  } catch {
    // What is wrong with it concerns the program that it belongs to.
    return undefined;
  }
}

/** All entries of a file; Claude Code keeps some for each project. */
function entriesOf(content: JsonObject): readonly (readonly [string, unknown])[] {
  const { mcpServers, servers, mcp_servers, projects } = content;
  const tables = [mcpServers, servers, mcp_servers];
  if (isJsonObject(projects)) {
    for (const project of Object.values(projects)) {
      if (isJsonObject(project)) tables.push(project.mcpServers);
    }
  }
  return tables.flatMap((table) => isJsonObject(table) ? Object.entries(table) : []);
}

/** How the server is reached, or why it cannot be taken over. */
function targetOf(entry: JsonObject): CommandTarget | UrlTarget | string {
  if (entry.disabled === true || entry.enabled === false) return "it is switched off there";
  const { type, command, args = [], cwd } = entry;
  const url = entry.url ?? entry.httpUrl ?? entry.serverUrl;
  if (type === "sse") return "it speaks HTTP+SSE, which is too old";
  const texts = [...textsIn(entry.env), ...textsIn(entry.headers), ...textsIn(args)];
  if (texts.some((text) => /\$\{input:/.test(text))) return "it asks for a value when it starts";
  if (typeof command === "string") {
    if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string")) {
      return "its arguments are no texts";
    }
    return {
      kind: "command",
      command,
      args: args.map(reference),
      env: tableOf(entry.env),
      cwd: typeof cwd === "string" && cwd.startsWith("/") ? cwd : undefined,
    };
  }
  if (typeof url === "string" && URL.canParse(url)) {
    return { kind: "url", url, headers: tableOf(entry.headers ?? entry.http_headers) };
  }
  return "it has neither a command nor a URL";
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).filter((each) => typeof each === "string");
}

function tableOf(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) return {};
  const entries = Object.entries(value).flatMap(([name, each]) =>
    typeof each === "string" ? [[name, reference(each)] as const] : []
  );
  return Object.fromEntries(entries);
}

/** `${NAME}` of other programs is `${env:NAME}` here. */
function reference(text: string): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, "$${env:$1}");
}
