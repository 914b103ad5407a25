// Where known clients keep their servers.

import { join } from "node:path";

/** What is looked for, and where. */
export interface ClientPlacesOptions {
  /** The home folder of the user. */
  readonly userFolder: string;
  /** The folder that is worked in. */
  readonly project: string;
}

/** A file that a client may have. */
export interface ClientPlace {
  readonly client: string;
  readonly path: string;
}

/** The files of the known clients on this system, whether or not they exist. */
export function clientPlaces({ userFolder, project }: ClientPlacesOptions): readonly ClientPlace[] {
  const user = (...parts: string[]) => join(userFolder, ...parts);
  const support = (...parts: string[]) => user("Library", "Application Support", ...parts);
  return [
    { client: "Claude Code", path: user(".claude.json") },
    { client: "Claude Code", path: join(project, ".mcp.json") },
    { client: "Claude Desktop", path: user(".config", "Claude", "claude_desktop_config.json") },
    { client: "Claude Desktop", path: support("Claude", "claude_desktop_config.json") },
    { client: "Cursor", path: user(".cursor", "mcp.json") },
    { client: "Cursor", path: join(project, ".cursor", "mcp.json") },
    { client: "VS Code", path: user(".config", "Code", "User", "mcp.json") },
    { client: "VS Code", path: support("Code", "User", "mcp.json") },
    { client: "VS Code", path: join(project, ".vscode", "mcp.json") },
    { client: "Windsurf", path: user(".codeium", "windsurf", "mcp_config.json") },
    { client: "Codex", path: user(".codex", "config.toml") },
    { client: "Gemini CLI", path: user(".gemini", "settings.json") },
  ];
}
