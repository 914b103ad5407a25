// One file of `upstreams/`: how a server is reached, which of its tools are offered, and what it gets to
// know. Values of `env`, `headers` and `args` may name a secret instead of holding it.

import { isAbsolute } from "node:path";
import { stringify } from "smol-toml";
import { z } from "zod";
import { CarError } from "../base/errors.ts";
import { matchesParts } from "./_wildcard.ts";
import { readTomlFile } from "../base/toml_file.ts";

const TEXT = z.string().max(8_192);
const COMMAND = z.string().min(1).max(4_096);
const VARIABLE = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of a variable");
const HEADER = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "must be the name of a header");
const HTTP_URL = z.url({ protocol: /^https?$/, error: "must be a URL with http or https" });
const FOLDER = COMMAND.refine(isAbsolute, "must be an absolute path");

const UpstreamFileSchema = z.strictObject({
  command: COMMAND.optional(),
  args: z.array(TEXT).max(256).optional(),
  env: z.record(VARIABLE, TEXT).optional(),
  cwd: FOLDER.optional(),
  url: HTTP_URL.optional(),
  headers: z.record(HEADER, TEXT).optional(),
  timeoutMs: z.int().min(100).max(3_600_000).default(120_000),
  tools: z.array(z.string().min(1).max(256)).max(1_000).optional(),
  enabled: z.boolean().default(true),
  pin: z.enum(["on", "off"]).default("on"),
});

type FileContent = z.output<typeof UpstreamFileSchema>;

/** What a file says of a server; secrets are still named. */
export interface UpstreamFile {
  readonly target: CommandTarget | UrlTarget;
  /** The time of one call. */
  readonly timeoutMs: number;
  /** Names of the tools that are offered, `*` for anything; undefined: all. */
  readonly tools: readonly string[] | undefined;
  readonly isEnabled: boolean;
  /** Whether changed definitions are held back. */
  readonly isPinned: boolean;
}

/** A server that is started. */
export interface CommandTarget {
  readonly kind: "command";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/** A server that is somewhere. */
export interface UrlTarget {
  readonly kind: "url";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the text of a file; throws CarError `config_invalid` that names file, key and line. */
export function readUpstreamFile(text: string, path: string): UpstreamFile {
  const what = `Upstream file ${path}`;
  const content = readTomlFile(text, { schema: UpstreamFileSchema, what });
  return {
    target: targetOf(content, what),
    timeoutMs: content.timeoutMs,
    tools: content.tools,
    isEnabled: content.enabled,
    isPinned: content.pin === "on",
  };
}

function targetOf(content: FileContent, what: string): CommandTarget | UrlTarget {
  const { command, args, env, cwd, url, headers } = content;
  if (command !== undefined && url === undefined) {
    if (headers !== undefined) throw misplaced(what, "headers", "url");
    return { kind: "command", command, args: args ?? [], env: env ?? {}, cwd };
  }
  if (url === undefined || command !== undefined) {
    const message = `${what}: has to have either the key "command" or the key "url"`;
    throw new CarError("config_invalid", message);
  }
  for (const [key, value] of Object.entries({ args, env, cwd })) {
    if (value !== undefined) throw misplaced(what, key, "command");
  }
  return { kind: "url", url, headers: headers ?? {} };
}

function misplaced(what: string, key: string, wanted: string): CarError {
  return new CarError("config_invalid", `${what}: key "${key}" goes with "${wanted}" only`);
}

/** What a new file says. */
export interface NewUpstream {
  readonly target: CommandTarget | UrlTarget;
  readonly tools?: readonly string[] | undefined;
  readonly isPinned?: boolean;
}

/** The text of a file that says this; throws CarError `config_invalid` for what no file may say. */
export function upstreamText({ target, tools, isPinned = true }: NewUpstream): string {
  const { kind: _, ...keys } = target;
  const given = Object.entries({ ...keys, tools }).filter(([, value]) =>
    value !== undefined && (typeof value === "string" || Object.keys(value).length > 0)
  );
  const text = stringify({ ...Object.fromEntries(given), ...(isPinned ? {} : { pin: "off" }) });
  readUpstreamFile(text, "to be written");
  return text;
}

/** Whether a tool is one of the names, in which `*` stands for anything; with no names every one is. */
export function toolFilter(names: readonly string[] | undefined): (tool: string) => boolean {
  if (names === undefined) return () => true;
  const matchers = names.map((name) => name.split("*"));
  return (tool) => matchers.some((parts) => matchesParts(parts, tool));
}
