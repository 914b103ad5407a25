// The configuration as the program uses it, read from four sources: standard values, the file, the
// environment, the flags; a later one wins. Every fault is reported with its key and where it stood.

import { join } from "node:path";
import type { AccessRule } from "../auth/access_schema.ts";
import { CarError } from "../base/errors.ts";
import { type Limits, limitsWith } from "../base/limits.ts";
import type { LogFormat, LogLevel } from "../observe/log_schema.ts";
import { type BindAddress, readBind } from "./bind.ts";
import { CONFIG_KEYS, type ConfigKey, CONFIGURABLE_LIMITS, environmentNameOf } from "./keys.ts";
import { homeFolder } from "./home_folder.ts";
import { readConfigFile } from "./file.ts";
import { readTls, type TlsConfig } from "./tls.ts";
import { type JwtConfig, readJwt } from "./jwt.ts";

/** The settings of one app. */
export interface Config {
  /** The absolute folder of everything that is kept. */
  readonly home: string;
  readonly bind: BindAddress;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly requireSession: boolean;
  /** The certificate that is shown; undefined: plain HTTP is spoken. */
  readonly tls: TlsConfig | undefined;
  readonly auth: AuthConfig;
  readonly logLevel: LogLevel;
  /** Undefined: text on a terminal, JSON elsewhere. */
  readonly logFormat: LogFormat | undefined;
  /** Whose wire is spoken where it differs from the specification's. */
  readonly compat: "none" | "car";
  readonly sessionIdleMs: number;
  /** Whether sessions outlive the process. */
  readonly persistSessions: boolean;
  /** How long an answer may take before its POST becomes an event stream. */
  readonly openAfterMs: number;
  readonly keepAliveMs: number;
  readonly durability: "full" | "normal";
  /** Which tools are offered: all, the core six, or these. */
  readonly offer: "all" | "core" | readonly string[];
  /** Above so many tools those of mounted servers are searched in place of being listed. */
  readonly searchAbove: number;
  /** Whether clients may lend tools to others. */
  readonly takesClientTools: boolean;
  readonly limits: Limits;
}

/** How callers are told apart, and what they may do. */
export interface AuthConfig {
  /** Whether the user of this machine has to show the installation's token. */
  readonly local: "none" | "token";
  /** Whether tokens that were given out let their owners in. */
  readonly tokens: boolean;
  readonly access: readonly AccessRule[];
  /** Whether strangers are served without any of that. */
  readonly allowUnauthenticated: boolean;
  /** The identity provider whose tokens let their owners in; undefined: none. */
  readonly jwt: JwtConfig | undefined;
}

/** Whether callers have to show who they are. */
export function isAuthenticated({ auth }: Pick<Config, "auth">): boolean {
  return auth.local === "token" || auth.tokens || auth.jwt !== undefined;
}

/** Where the settings come from. */
export interface ConfigSources {
  /** Values by key, as the command line gave them; `home` and `config` (a file) among them. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Reads the settings; throws CarError `config_invalid` that names the key and its source. */
export function loadConfig(sources: ConfigSources = {}): Config {
  return explainConfig(sources).config;
}

/** One setting, and where it comes from. */
export interface ExplainedSetting {
  readonly name: string;
  /** Undefined: it is decided at the start. */
  readonly value: unknown;
  /** `standard value`, a path, a variable, or `the command line`. */
  readonly source: string;
}

/** The settings, and where each comes from. */
export interface ExplainedConfig {
  readonly config: Config;
  /** In the order of the table of keys, the home first. */
  readonly settings: readonly ExplainedSetting[];
}

/** Reads the settings with their sources; throws as `loadConfig`. */
export function explainConfig(sources: ConfigSources = {}): ExplainedConfig {
  const { flags = {}, environment = {} } = sources;
  const home = homeFolder(flags.home, environment.CAR_HOME);
  const path = flags.config ?? join(home, "config.toml");
  const file = readConfigFile(path, { mustExist: flags.config !== undefined });
  const settings = CONFIG_KEYS.map((key): ExplainedSetting => {
    const { name } = key;
    const found = findValue(key, { flags, environment, file, path });
    return found === undefined
      ? { name, value: key.standard, source: STANDARD }
      : { name, value: checkValue(key, found), source: found.source };
  });
  const source = flags.home !== undefined
    ? "the command line"
    : (environment.CAR_HOME ?? "") === ""
    ? STANDARD
    : "CAR_HOME";
  return {
    config: assemble(home, new Map(settings.map(({ name, value }) => [name, value]))),
    settings: [{ name: "home", value: home, source }, ...settings],
  };
}

const STANDARD = "standard value";

interface FoundValue {
  readonly value: unknown;
  readonly source: string;
}

interface AllSources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: ReadonlyMap<string, unknown>;
  readonly path: string;
}

function findValue(key: ConfigKey, sources: AllSources): FoundValue | undefined {
  const flag = sources.flags[key.name];
  if (flag !== undefined) {
    return { value: fromText(key, flag), source: "the command line" };
  }
  for (const name of key.environment.toReversed()) {
    const text = sources.environment[name];
    if (text !== undefined && text !== "") return { value: fromText(key, text), source: name };
  }
  if (!sources.file.has(key.name)) return undefined;
  return { value: sources.file.get(key.name), source: sources.path };
}

/** The environment and the flags know only text; a list is written with commas, or as JSON. */
function fromText(key: ConfigKey, text: string): unknown {
  if (Array.isArray(key.standard) && text.startsWith("[")) return jsonOr(text);
  if (typeof key.standard === "number") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (typeof key.standard === "boolean") {
    return text === "true" ? true : text === "false" ? false : text;
  }
  const isList = Array.isArray(key.standard) || (key.name === "tools.offer" && text.includes(","));
  return isList ? text.split(",").map((part) => part.trim()).filter((part) => part !== "") : text;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: refused for what it is.
    return text;
  }
}

function checkValue(key: ConfigKey, found: FoundValue): unknown {
  const parsed = key.schema.safeParse(found.value);
  if (parsed.success) return parsed.data;
  const { message: complaint = "is not valid", path = [] } = parsed.error.issues[0] ?? {};
  const within = path.map((step) => typeof step === "number" ? `[${step}]` : `.${String(step)}`);
  const where = within.length === 0 ? "" : `${within.join("")}: `;
  const message = `Configuration key "${key.name}" (from ${found.source}): ${where}${complaint}`;
  throw new CarError("config_invalid", message, { data: { key: key.name } });
}

function assemble(home: string, values: ReadonlyMap<string, unknown>): Config {
  // The schemas of the table were just applied, so each value has the type its key promises.
  const of = <Value>(name: string) => values.get(name) as Value;
  const limits = Object.fromEntries(
    CONFIGURABLE_LIMITS.map((name) => [name, of(`limits.${name}`)]),
  );
  return {
    home,
    bind: readBind(of<string>("http.bind")),
    allowedOrigins: of("http.allowedOrigins"),
    allowedHosts: of("http.allowedHosts"),
    requireSession: of("http.requireSession"),
    tls: readTls(of("http.tlsCert"), of("http.tlsKey")),
    auth: {
      local: of("auth.local"),
      tokens: of("auth.tokens"),
      access: of("auth.access"),
      allowUnauthenticated: of("auth.allowUnauthenticated"),
      jwt: readJwt((name) => of(name)),
    },
    logLevel: of("log.level"),
    logFormat: of("log.format"),
    compat: of("compat"),
    persistSessions: of("sessions.persist"),
    sessionIdleMs: of("sessions.idleMs"),
    openAfterMs: of("streams.openAfterMs"),
    keepAliveMs: of("streams.keepAliveMs"),
    durability: of("memory.durability"),
    offer: of("tools.offer"),
    searchAbove: of("tools.searchAbove"),
    takesClientTools: of("clientTools.enabled"),
    limits: limitsWith({
      ...limits,
      sessionsMax: of("sessions.max"),
      answerBytesMax: of("tools.answerBytesMax"),
      indexBytesMax: of("memory.ramBytesMax"),
    }),
  };
}

/** The names of all environment variables that are read. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  environmentNameOf("home"),
  ...CONFIG_KEYS.flatMap((key) => key.environment),
];
