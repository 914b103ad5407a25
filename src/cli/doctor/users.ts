// Whether the machine has several users, each of whom reaches the loopback address.

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { type Config, isAuthenticated } from "../../config/config.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** Says what to do where others on the machine could use the memory; nothing where nobody else is. */
export function checkUsers(config: Config, users = userNames()): readonly Diagnosis[] {
  if (users.length < 2 || isAuthenticated(config)) return [];
  return [{
    about: "users",
    state: "note",
    says: `this machine has ${users.length} users, and each of them reaches the daemon`,
    todo: 'set auth.local = "token" in config.toml; the bridge and this shell need nothing else',
  }];
}

/** Those that a person logs in as; none where that cannot be found out. */
function userNames(): readonly string[] {
  try {
    return process.platform === "darwin"
      ? readdirSync("/Users").filter((name) => name !== "Shared" && !name.startsWith("."))
      : usersIn(readFileSync("/etc/passwd", "utf8"));
  } catch {
    // Another system, or one that tells nobody.
    return [];
  }
}

// Below are the system's own; 65534 is nobody (login.defs).
const FIRST_PERSON = 1_000;
const NOBODY = 65_534;

/** The people among the entries of a passwd file, the one who runs this included. */
export function usersIn(passwd: string, ownId = process.getuid?.()): readonly string[] {
  return passwd.split("\n").flatMap((line) => {
    const [name = "", , id = "", , , , shell = ""] = line.split(":");
    if (id === "" || /\/(nologin|false|sync)$/.test(shell)) return [];
    const isPerson = Number(id) >= FIRST_PERSON && Number(id) !== NOBODY;
    return isPerson || Number(id) === ownId ? [name] : [];
  });
}
