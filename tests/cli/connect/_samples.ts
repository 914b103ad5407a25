// Files as clients have them, each with a server of somebody else, and what they are to become. `«»`
// stands around what connecting adds, so that the rest shows as it was.

/** A client's file before, and after this server was put in. */
export interface Sample {
  readonly client: string;
  /** Below the person's folder on Linux. */
  readonly path: string;
  readonly connected: string;
}

/** One sample for each client. */
export const SAMPLES: readonly Sample[] = [
  {
    client: "claude-code",
    path: ".claude.json",
    connected: `{
  "numStartups": 7,
  "mcpServers": {
    "docs": { "type": "http", "url": "https://docs.example/mcp" }«,
    "car": {
      "type": "stdio",
      "command": "/opt/car-mcp",
      "args": [
        "stdio"
      ]
    }»
  },
  "projects": {"/w": {"history": ["a", "b"]}}
}
`,
  },
  {
    client: "claude-desktop",
    path: ".config/Claude/claude_desktop_config.json",
    connected: `{
    "globalShortcut": "",
    "mcpServers": {
        "files": {"command": "npx", "args": ["-y", "server", "/tmp"]}«,
        "car": {
            "command": "/opt/car-mcp",
            "args": [
                "stdio"
            ]
        }»
    }
}`,
  },
  {
    client: "cursor",
    path: ".cursor/mcp.json",
    connected: `{"mcpServers": {«
  "car": {
    "command": "/opt/car-mcp",
    "args": [
      "stdio"
    ]
  }
»}}
`,
  },
  {
    client: "vscode",
    path: ".config/Code/User/mcp.json",
    connected: `{
\t// What the team uses
\t"servers": {
\t\t"docs": { "type": "http", "url": "https://docs.example/mcp" }«,
\t\t"car": {
\t\t\t"type": "stdio",
\t\t\t"command": "/opt/car-mcp",
\t\t\t"args": [
\t\t\t\t"stdio"
\t\t\t]
\t\t}», // trailing commas are fine here
\t},
\t"inputs": [],
}
`,
  },
  {
    client: "codex",
    path: ".codex/config.toml",
    connected: `model = "large" # the best
[mcp_servers.docs]
command = "npx"
args = [
  "-y",
  "docs", # [not a table]
]

[mcp_servers.docs.env]
KEY = "v"
«
[mcp_servers.car]
command = "/opt/car-mcp"
args = ["stdio"]
»`,
  },
  {
    client: "gemini",
    path: ".gemini/settings.json",
    connected: `{
  "theme": "dark"«,
  "mcpServers": {
    "car": {
      "command": "/opt/car-mcp",
      "args": [
        "stdio"
      ]
    }
  }»
}
`,
  },
  {
    client: "zed",
    path: ".config/zed/settings.json",
    connected: `// Zed settings
//
{
  /* looks */
  "theme": { "mode": "system", },
  "context_servers": {
    "docs": {
      "command": "docs",
      "args": [],
    }«,
    "car": {
      "command": "/opt/car-mcp",
      "args": [
        "stdio"
      ]
    }»,
  },
}
`,
  },
  {
    client: "windsurf",
    path: ".codeium/windsurf/mcp_config.json",
    connected: `{\r
  "mcpServers": {\r
    "docs": { "serverUrl": "https://docs.example/mcp", "disabled": true }«,\r
    "car": {\r
      "command": "/opt/car-mcp",\r
      "args": [\r
        "stdio"\r
      ]\r
    }»\r
  }\r
}\r
`,
  },
];

/** The file before. */
export function beforeOf({ connected }: Sample): string {
  return connected.replaceAll(/«[^»]*»/g, "");
}

/** The file after. */
export function afterOf({ connected }: Sample): string {
  return connected.replaceAll(/[«»]/g, "");
}
