// The configuration as one table: each key with its form, its standard value and what it means. The
// file, the environment and the flags are read against it, and nothing that is not in it is accepted.

import { isAbsolute } from "node:path";
import { z } from "zod";
import { ACCESS_RULES } from "../auth/access_schema.ts";
import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import { LIMIT_NAMES, type Limits } from "../base/limits.ts";
import { LOG_LEVELS } from "../observe/log_schema.ts";
import { AUDIENCE, CLAIM, ISSUER, KEY_SET_URL } from "./jwt.ts";

/** One configuration key. */
export interface ConfigKey {
  /** Dotted path in the file. */
  readonly name: string;
  /** Environment variables that set it, the one that wins last. */
  readonly environment: readonly string[];
  readonly schema: z.ZodType;
  readonly standard: unknown;
}

// These limits have a key of their own elsewhere, so that each thing is said in one place.
const NAMED_ELSEWHERE: ReadonlySet<keyof Limits> = new Set([
  "sessionsMax",
  "answerBytesMax",
  "indexBytesMax",
]);

/** The limits that are set as `limits.<name>`. */
export const CONFIGURABLE_LIMITS = LIMIT_NAMES.filter((name) => !NAMED_ELSEWHERE.has(name));

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const ORIGIN = z.string().regex(
  /^[a-z][a-z0-9+.-]*:\/\/[^\/\s?#@]+$/i,
  "must be an origin like https://app.example:8443, without a path",
);
const HOST = z.string().regex(/^[^\s\/?#@]+$/, "must be a host like car.example:9102");
const BIND = z.string().regex(
  /^(\[[0-9a-fA-F:.]+\]|[^:\s\/]+):\d{1,5}$/,
  "must be HOST:PORT, like 127.0.0.1:9102 or [::1]:0",
);
const FILE = z.string().refine(isAbsolute, "must be an absolute path");
const OFFER = z.union([z.enum(["all", "core"]), z.array(z.string()).min(1)], {
  error: 'must be "all", "core" or a list of names of tools',
});

/** Above so many tools there is a search; nobody has that many. */
const SEARCH_OFF = 1_000_000;

function key(name: string, schema: z.ZodType, standard: unknown, extra: string[] = []): ConfigKey {
  return { name, environment: [environmentNameOf(name), ...extra], schema, standard };
}

function boundedInteger(min: number, max: number): z.ZodType {
  return z.number().int().min(min).max(max);
}

/** Every key except `home`, which is not set in the file that lies in it. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  key("http.bind", BIND, "127.0.0.1:9102", ["CAR_MCP_BIND"]),
  key("http.allowedOrigins", z.array(ORIGIN).max(100), []),
  key("http.allowedHosts", z.array(HOST).max(100), []),
  key("http.requireSession", z.boolean(), false),
  key("http.tlsCert", FILE, undefined),
  key("http.tlsKey", FILE, undefined),
  key("auth.local", z.enum(["none", "token"]), "none"),
  key("auth.tokens", z.boolean(), false),
  key("auth.access", ACCESS_RULES, []),
  key("auth.allowUnauthenticated", z.boolean(), false),
  key("auth.jwt.issuer", ISSUER, undefined),
  key("auth.jwt.jwks", KEY_SET_URL, undefined),
  key("auth.jwt.audience", AUDIENCE, undefined),
  key("auth.jwt.rolesClaim", CLAIM, undefined),
  key("auth.jwt.namespacesClaim", CLAIM, undefined),
  key("compat", z.enum(["none", "car"]), "none"),
  key("log.level", z.enum(LOG_LEVELS), "info"),
  key("log.format", z.enum(["text", "json"]), undefined),
  key("sessions.idleMs", boundedInteger(1_000, 30 * DAY_MS), 30 * MINUTE_MS),
  key("sessions.max", rangeOf("sessionsMax"), LIMIT_RANGES.sessionsMax.standard),
  key("sessions.persist", z.boolean(), false),
  key("streams.openAfterMs", boundedInteger(0, MINUTE_MS), 200),
  key("streams.keepAliveMs", boundedInteger(100, 10 * MINUTE_MS), 15_000),
  key("memory.durability", z.enum(["full", "normal"]), "full"),
  key("memory.ramBytesMax", rangeOf("indexBytesMax"), LIMIT_RANGES.indexBytesMax.standard),
  key("tools.offer", OFFER, "all"),
  key("tools.searchAbove", boundedInteger(0, 1_000_000), SEARCH_OFF),
  key("tools.answerBytesMax", rangeOf("answerBytesMax"), LIMIT_RANGES.answerBytesMax.standard),
  key("clientTools.enabled", z.boolean(), false),
  ...CONFIGURABLE_LIMITS.map((name) =>
    key(`limits.${name}`, rangeOf(name), LIMIT_RANGES[name].standard)
  ),
];

function rangeOf(name: keyof Limits): z.ZodType {
  return boundedInteger(LIMIT_RANGES[name].min, LIMIT_RANGES[name].max);
}

/** `http.allowedOrigins` is `CAR_HTTP_ALLOWED_ORIGINS` in the environment. */
export function environmentNameOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll(".", "_");
  return `CAR_${words.toUpperCase()}`;
}
