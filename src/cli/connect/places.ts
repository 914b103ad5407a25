// Where the configuration of a client may lie: the folders of a person and of a project, by system.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";

/** Whose configuration is meant: a person's, or that of everybody who works on a project. */
export type Scope = "user" | "project";

/** What the paths of clients' files are made of. */
export interface Places {
  readonly platform: string;
  /** The person's own folder. */
  readonly home: string;
  /** The root of the project. */
  readonly project: string;
  /** Folders that a person has moved, by the variable that says so. */
  readonly variables: Readonly<Partial<Record<PlaceVariable, string>>>;
}

/** Variables that move clients' folders. */
export type PlaceVariable = typeof PLACE_VARIABLES[number];

const PLACE_VARIABLES = ["APPDATA", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME"] as const;

/** The places on this machine; `folder` lies in the project, default the current one. */
export function placesHere(folder: string | undefined): Places {
  const set = PLACE_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return {
    platform: process.platform,
    home: homedir(),
    project: rootOf(resolve(folder ?? process.cwd())),
    variables: Object.fromEntries(set),
  };
}

/** The folder in which a system keeps the settings of programs. */
export function settingsFolder({ platform, home, variables }: Places): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return variables.APPDATA ?? join(home, "AppData", "Roaming");
  return variables.XDG_CONFIG_HOME ?? join(home, ".config");
}

/** The root of the repository that a folder is in, else the folder itself. */
function rootOf(folder: string): string {
  for (let at = folder;; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}
