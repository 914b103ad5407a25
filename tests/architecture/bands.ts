// Which folder of src/ may import which, as a table with reasons, and the check that holds the source
// to it. A folder that is not in the table may not exist: it gets its line here first.

import { posix } from "node:path";
import type { Check, ImportEdge, Unit } from "./source.ts";

/** What a folder may import besides itself, and why no more. */
export interface Band {
  readonly mayImport: readonly string[];
  readonly why: string;
}

/** The place of `main.ts`, of `src/app.ts` and its parts, and of each folder of `src/`, lowest first. */
export const BANDS: Readonly<Record<string, Band>> = {
  base: { mayImport: [], why: "everything stands on it" },
  protocol: { mayImport: ["base"], why: "messages are described, not handled" },
  observe: { mayImport: ["base"], why: "whatever is observed must be able to import it" },
  auth: { mayImport: ["base"], why: "who asks does not depend on what is asked" },
  memory: { mayImport: ["base"], why: "an engine knows nothing of MCP" },
  skills: { mayImport: ["base", "memory"], why: "an engine on top of memory, without MCP" },
  policy: { mayImport: ["base"], why: "rules are decided without side effects" },
  proposal: { mayImport: ["base"], why: "plans are checked without running them" },
  tasks: { mayImport: ["base"], why: "work goes on whatever asked for it" },
  rpc: {
    mayImport: ["base", "protocol", "observe", "auth"],
    why: "a wire knows nothing of engines, and serves sessions and mounted servers alike",
  },
  session: {
    mayImport: ["base", "protocol", "observe", "auth", "rpc"],
    why: "a session has never seen a Request or a tool",
  },
  tools: {
    mayImport: [
      ...["base", "protocol", "observe", "auth", "rpc"],
      ...["memory", "skills", "policy", "proposal"],
    ],
    why: "the one place where engines meet MCP, but not where wires are handled",
  },
  server: {
    mayImport: ["base", "protocol", "observe", "auth", "rpc", "tools", "memory", "tasks"],
    why: "methods offer tools and resources, over whatever wire",
  },
  stdio: {
    mayImport: ["base", "protocol", "observe", "rpc"],
    why: "a wire knows nothing of engines",
  },
  upstream: {
    mayImport: ["base", "protocol", "observe", "auth", "rpc", "tools"],
    why: "a mounted server is a provider of tools, on whose behalf it asks the caller",
  },
  lending: {
    mayImport: ["base", "protocol", "observe", "auth", "rpc", "session", "tools"],
    why: "a session that lends tools is a provider of them",
  },
  http: {
    mayImport: ["base", "protocol", "observe", "auth", "rpc", "session"],
    why: "a wire knows nothing of engines",
  },
  storage: {
    mayImport: ["base", "memory", "skills", "policy", "tasks", "session", "upstream", "auth"],
    why: "it implements the ports of their owners",
  },
  transfer: {
    mayImport: ["base", "memory", "skills"],
    why: "a memory as a text file is made of what the engines' ports give and take",
  },
  config: {
    mayImport: ["base"],
    why: "it is read before anything is built; of other folders it takes files named *schema.ts",
  },
  "engines.ts": {
    mayImport: [
      ...["base", "observe", "auth", "memory", "skills", "policy", "tasks", "storage", "config"],
    ],
    why: "it is the part of the app that opens the engines on their storage",
  },
  "memory_file.ts": {
    mayImport: ["base", "memory", "skills", "transfer", "storage", "config"],
    why: "it is the part of the app that cares for the database without an engine",
  },
  "socket.ts": {
    mayImport: ["base", "observe", "http", "storage", "config"],
    why: "it is the part of the app that opens the socket of the endpoint",
  },
  "find_daemon.ts": {
    mayImport: ["base", "auth", "storage"],
    why: "it is the part of the app that looks for a daemon from outside",
  },
  "token_care.ts": {
    mayImport: ["base", "auth", "storage", "config"],
    why: "it is the part of the app that gives out tokens without serving",
  },
  "upstreams.ts": {
    mayImport: ["base", "observe", "upstream", "storage", "config"],
    why: "it is the part of the app that mounts the servers of a home",
  },
  "upstream_care.ts": {
    mayImport: ["base", "observe", "upstream", "storage", "config"],
    why: "it is the part of the app that cares for mounted servers without serving",
  },
  "offer.ts": {
    mayImport: [
      ...["base", "protocol", "observe", "auth", "rpc", "tools", "server", "config"],
      "engines.ts",
    ],
    why: "it is the part of the wire that says what is offered, whichever way a request comes",
  },
  "authentication.ts": {
    mayImport: ["base", "observe", "auth", "storage", "config"],
    why: "it is the part of the app that knows how callers are told apart",
  },
  "front_door.ts": {
    mayImport: ["base", "observe", "auth", "http", "config", "authentication.ts"],
    why: "it is the part of the wire that says who comes in, and how often",
  },
  "wire.ts": {
    mayImport: [
      ...["base", "protocol", "observe", "auth", "rpc", "session", "tools", "server"],
      ...["lending", "http", "config", "authentication.ts", "engines.ts", "front_door.ts"],
      "offer.ts",
    ],
    why: "it is the part of the app between a Request and the engines",
  },
  "start_daemon.ts": {
    mayImport: ["base", "storage", "find_daemon.ts"],
    why: "it is the part of the app that starts the daemon of a home from outside of it",
  },
  "app.ts": {
    mayImport: [
      ...["base", "protocol", "observe", "auth", "memory", "skills", "policy", "proposal", "rpc"],
      ...["session", "tools", "server", "stdio", "upstream", "http", "storage", "config"],
      ...["authentication.ts", "engines.ts", "socket.ts", "upstreams.ts", "wire.ts"],
    ],
    why: "what lives as long as the process is built there, and commands start it",
  },
  cli: {
    mayImport: [
      "base",
      "auth",
      "config",
      "observe",
      "policy",
      "proposal",
      "engines.ts",
      "memory_file.ts",
      "find_daemon.ts",
      "upstream_care.ts",
      "token_care.ts",
      "app.ts",
      "start_daemon.ts",
      "protocol",
      "stdio",
    ],
    why: "a command reads its flags and starts the app, or asks one of its engines",
  },
  "main.ts": { mayImport: ["base", "cli"], why: "it hands its arguments to a command and exits" },
};

/** The band a file belongs to; absent outside of the product. */
export function bandOf(path: string): string | undefined {
  if (path === "main.ts") return "main.ts";
  return path.startsWith("src/") ? path.split("/")[1] : undefined;
}

/** Imports between folders go down the table, never up and never round. */
export const checkBands: Check = (units) => units.flatMap((unit) => bandProblems(unit));

/** A file named `_x.ts` is for its own folder, what lies below it, and the tests of both. */
export const checkPrivateFiles: Check = (units) =>
  units.flatMap((unit) =>
    targetsOf(unit)
      .filter((target) => posix.basename(target).startsWith("_") && !mayEnter(unit.path, target))
      .map((target) => `${unit.path} imports ${target}, which is private to its folder`)
  );

// The lists of tools, prompts and resources are made where they are; the composition root offers them.
const DOORS_OF_FOLDERS = ["builtin", "prompts", "resources"].map((folder) =>
  `src/tools/${folder}/catalog.ts`
);

/** What lies in a folder inside a room is for that room and its tests; what is for others stands in the room itself. */
export const checkInnerFolders: Check = (units) =>
  units.flatMap((unit) =>
    targetsOf(unit)
      .filter((target) => {
        const [top, room, folder, file] = target.split("/");
        const isInside = top === "src" && folder !== undefined && file !== undefined;
        if (!isInside || DOORS_OF_FOLDERS.includes(target)) return false;
        return !["src", "tests"].some((tree) => unit.path.startsWith(`${tree}/${room}/`));
      })
      .map((target) => `${unit.path} imports ${target}, which is for its own room`)
  );

const DEVELOPMENT_ONLY = [
  "@modelcontextprotocol/sdk",
  "@modelcontextprotocol/server",
  "@modelcontextprotocol/server-memory",
  "@modelcontextprotocol/core",
  "typescript",
] as const;

/** Packages that exist for tests and measurements stay out of the product. */
export const checkPackages: Check = (units) =>
  units.filter((unit) => bandOf(unit.path) !== undefined).flatMap((unit) =>
    unit.imports
      .filter((edge) => isDevelopmentOnly(edge) || isNotLazyClient(edge))
      .map((edge) => `${unit.path} imports ${edge.specifier}, which tests alone may use`)
  );

function bandProblems(unit: Unit): readonly string[] {
  const name = bandOf(unit.path);
  if (name === undefined) return [];
  const band = BANDS[name];
  if (band === undefined) return [`${unit.path} is in no band: give "${name}" a line in the table`];
  return targetsOf(unit)
    .filter((target) => !isAllowed({ name, band, target }))
    .map((target) => `${unit.path} imports ${target}, but ${describe(name, band)}`);
}

function isAllowed(of: { name: string; band: Band; target: string }): boolean {
  const to = bandOf(of.target);
  if (to === undefined) return false;
  if (to === of.name || of.band.mayImport.includes(to)) return true;
  return of.name === "config" && of.target.endsWith("schema.ts");
}

function describe(name: string, band: Band): string {
  const list = band.mayImport.length === 0 ? "nothing" : band.mayImport.join(", ");
  return `${name} may import ${list}: ${band.why}`;
}

function mayEnter(importer: string, target: string): boolean {
  const home = posix.dirname(target);
  const doors = [home, home.replace(/^src\b/, "tests"), `tests/${home}`];
  return doors.some((door) => importer.startsWith(`${door}/`));
}

function isDevelopmentOnly(edge: ImportEdge): boolean {
  return DEVELOPMENT_ONLY.some((name) =>
    edge.specifier === name || edge.specifier.startsWith(`${name}/`)
  );
}

// Its OAuth part may be needed by mounted servers, and then it must not cost anything before.
function isNotLazyClient(edge: ImportEdge): boolean {
  return edge.specifier.startsWith("@modelcontextprotocol/client") && edge.kind === "static";
}

function targetsOf(unit: Unit): readonly string[] {
  return unit.imports.flatMap((edge) => edge.target ?? []);
}
