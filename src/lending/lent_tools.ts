// The tools that clients lend, as a source: each is seen by the other sessions of the same principal for as
// long as the session of its owner lives, as `client_{name of the client}_{tool}`. Where another client has
// the name already, a number stands behind it.

import type { Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import type { Limits } from "../base/limits.ts";
import type { Log } from "../observe/log.ts";
import { readClientTools } from "../protocol/client_tools.ts";
import { withoutAnnotations } from "../protocol/mirrored_arguments.ts";
import type { WireTool } from "../protocol/tools.ts";
import type { Audience } from "../rpc/changes.ts";
import type { Session } from "../session/session.ts";
import type { Tool } from "../tools/definition.ts";
import { LENT_PREFIX, listedName, slugFrom } from "../tools/foreign_names.ts";
import { defineJsonTool } from "../tools/json_tool.ts";
import type { PersonalToolSource, ToolViewer } from "../tools/source.ts";
import { Lender } from "./lender.ts";

/** What LentTools is composed of. */
export interface LentToolsOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly log: Log;
}

/** The names of lent tools as they are listed, by the owner's own. */
export type LentNames = Readonly<Record<string, string>>;

/** A tool with its owner. */
interface LentTool {
  readonly tool: Tool;
  /** What the owner calls it. */
  readonly ownName: string;
  readonly lender: Lender;
}

/** What the clients of one principal lend. */
interface Roof {
  readonly lenders: Map<string, Lender>;
  /** By listed name. */
  readonly tools: Map<string, LentTool>;
  /** What the session of that id sees, which lends some itself; "": what all others see. */
  readonly lists: Map<string, readonly Tool[]>;
}

// What a client is called that has no name, or none that is left of in small letters and digits.
const NAMELESS = "unnamed";

const EVERYBODY_ELSE = "";

// Lists that are kept for one principal; more are made anew each time.
const LISTS_KEPT_MAX = 256;

/** The tools that clients lend to each other. */
export class LentTools implements PersonalToolSource {
  readonly #options: LentToolsOptions;
  /** By principal. */
  readonly #roofs = new Map<string, Roof>();
  readonly #listeners = new Set<(audience: Audience) => void>();
  readonly #nothing: readonly Tool[] = [];
  #size = 0;

  constructor(options: LentToolsOptions) {
    this.#options = options;
  }

  /** How many tools are lent now. */
  get size(): number {
    return this.#size;
  }

  list({ principal, sessionId = EVERYBODY_ELSE }: ToolViewer): readonly Tool[] {
    const roof = this.#roofs.get(principal.id);
    if (roof === undefined) return this.#nothing;
    const viewer = roof.lenders.has(sessionId) ? sessionId : EVERYBODY_ELSE;
    const known = roof.lists.get(viewer);
    if (known !== undefined) return known;
    const others = [...roof.tools.values()].filter(({ lender }) => lender.session.id !== viewer);
    const list = others.map(({ tool }) => tool)
      .sort((a, b) => a.wire.name < b.wire.name ? -1 : 1);
    // Each session that lends has one of its own.
    if (roof.lists.size >= LISTS_KEPT_MAX) roof.lists.clear();
    roof.lists.set(viewer, list);
    return list;
  }

  find(name: string, { principal, sessionId }: ToolViewer): Tool | undefined {
    const lent = this.#roofs.get(principal.id)?.tools.get(name);
    return lent === undefined || lent.lender.session.id === sessionId ? undefined : lent.tool;
  }

  onChange(listener: (audience: Audience) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes what the client of a session declares, until `takeBack()`. */
  lend(session: Session): void {
    const { limits, log } = this.#options;
    const reading = readClientTools(session.handshake.capabilities, limits);
    // A session that an earlier process kept may have been opened under wider bounds.
    if (!reading.ok) return log.warn("client_tools_left_out", { why: reading.complaint });
    const { tools } = reading;
    if (tools.length === 0) return;
    if (this.#size + tools.length > limits.processClientToolsMax) {
      const why = `Clients lend ${this.#size} tools, at most ${limits.processClientToolsMax}`;
      return log.warn("client_tools_left_out", { tools: tools.length, why });
    }
    const { id: principalId } = session.principal;
    const roof = this.#roofs.get(principalId) ??
      { lenders: new Map(), tools: new Map(), lists: new Map() };
    this.#roofs.set(principalId, roof);
    const lender = new Lender({ ...this.#options, session, name: freeName(session, tools, roof) });
    roof.lenders.set(session.id, lender);
    for (const wire of tools) {
      const tool = lentTool(wire, lender);
      // Two long names may become the same when they are cut; the first has it.
      if (roof.tools.has(tool.wire.name)) continue;
      roof.tools.set(tool.wire.name, { tool, lender, ownName: wire.name });
      this.#size++;
    }
    log.info("client_tools_lent", { client: lender.name, tools: tools.length });
    this.#changed(principalId, roof);
  }

  /** The tools of a session leave the list. */
  takeBack({ id, principal }: Session): void {
    const roof = this.#roofs.get(principal.id);
    if (roof === undefined || !roof.lenders.delete(id)) return;
    for (const [name, { lender }] of roof.tools) {
      if (lender.session.id !== id) continue;
      roof.tools.delete(name);
      this.#size--;
    }
    if (roof.lenders.size === 0) this.#roofs.delete(principal.id);
    this.#changed(principal.id, roof);
  }

  /** The names under which the tools of a session are listed; none where it lends none. */
  namesOf(principalId: string, sessionId: string): LentNames {
    const lent = [...this.#roofs.get(principalId)?.tools.values() ?? []];
    const own = lent.filter(({ lender }) => lender.session.id === sessionId);
    return Object.fromEntries(own.map(({ ownName, tool }) => [ownName, tool.wire.name]));
  }

  #changed(principalId: string, { lists }: Roof): void {
    lists.clear();
    for (const listener of this.#listeners) listener({ principalId });
  }
}

function lentTool(wire: WireTool, lender: Lender): Tool {
  const tool = defineJsonTool({
    wire: {
      ...wire,
      name: lentName(lender.name, wire.name),
      inputSchema: withoutAnnotations(wire.inputSchema),
    },
    run: async (args, caller) => ({ passed: await lender.call(wire.name, args, caller) }),
  });
  // Rules about a tool hold whoever provides it.
  return { ...tool, aliases: [wire.name], countedAs: COUNTED_AS };
}

// Clients choose the names of their tools, and may choose new ones for ever.
const COUNTED_AS = "client_tool";

function lentName(client: string, tool: string): string {
  return listedName(`${LENT_PREFIX}${client}_${tool}`);
}

/**
 * The client's name with the lowest number that is free. A number may make a name that another client's tool
 * has (`ide_2` with `open`, `ide` with `2_open`); then it is not free.
 */
function freeName(
  { handshake: { client } }: Session,
  tools: readonly WireTool[],
  roof: Roof,
): string {
  const slug = slugFrom(client?.name ?? "") || NAMELESS;
  const taken = new Set([...roof.lenders.values()].map(({ name }) => name));
  for (let number = 1;; number++) {
    const name = number === 1 ? slug : `${slug}_${number}`;
    const isFree = !taken.has(name) &&
      tools.every((tool) => !roof.tools.has(lentName(name, tool.name)));
    if (isFree) return name;
  }
}
