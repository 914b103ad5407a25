// All mounted servers of an app: those that the configuration names are started, those that it no longer
// names are ended, and their tools are a source of tools. A server that cannot be started disturbs
// nobody; its tools are absent, and its state says why.

import type { Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Log } from "../observe/log.ts";
import type { Tool } from "../tools/definition.ts";
import type { Prompt } from "../tools/prompt.ts";
import type { ResourceProvider } from "../tools/resource_provider.ts";
import type { PromptSource, ToolSource } from "../tools/source.ts";
import { ListShape } from "./_list_shape.ts";
import type { OpenChannel } from "./channel.ts";
import type { Era } from "./dialect.ts";
import { type Listing, NO_LISTING } from "./listing.ts";
import { Mount } from "./mount.ts";
import { mountPrompts } from "./mounted_prompts.ts";
import { mountedResources, resourceOwners } from "./mounted_resources.ts";
import { type MountedTools, mountTools } from "./mounted_tools.ts";
import { ResourceWishes } from "./resource_wishes.ts";
import type { ServerOffer } from "./server_offer.ts";
import { applyPins, EMPTY_RECORD, type UpstreamRecord, type UpstreamRecords } from "./pins.ts";

/** A server as it is to be mounted. */
export interface UpstreamSpec {
  readonly name: string;
  /** Changes with everything that makes a new start necessary, secrets among it; never written down. */
  readonly launchHash: string;
  /** Stands for the command line or the URL; holds no secret. */
  readonly eraKey: string;
  readonly openChannel: OpenChannel;
  readonly timeoutMs: number;
  /** Whether changed definitions are held back. */
  readonly isPinned: boolean;
  /** Whether a tool is to be offered, by the server's own name. */
  readonly accepts: (tool: string) => boolean;
}

/** What mounts share. */
export interface MountsOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly log: Log;
  readonly records: UpstreamRecords;
}

/** How a mounted server is, for whoever looks after it. */
export interface UpstreamStatus {
  readonly name: string;
  readonly state: string;
  readonly era?: Era | undefined;
  readonly tools: number;
  /** Tools whose definitions have changed and wait for approval. */
  readonly held: readonly string[];
  /** Tools that cannot be offered. */
  readonly leftOut: number;
  readonly restarts: number;
  readonly fault?: string | undefined;
}

interface MountedServer {
  spec: UpstreamSpec;
  readonly mount: Mount;
  listing: Listing;
  /** What of the listing is in force. */
  tools: Listing["tools"];
  held: readonly string[];
}

/** The mounted servers. */
export class Mounts implements ToolSource {
  readonly #options: MountsOptions;
  readonly #servers = new Map<string, MountedServer>();
  readonly #toolShape = new ListShape();
  readonly #promptShape = new ListShape();
  readonly #resourceShape = new ListShape();
  readonly #wishes = new ResourceWishes();
  /** Servers that are being ended. */
  readonly #ending = new Set<Promise<void>>();
  #offers: readonly ServerOffer[] = [];
  #tools: MountedTools = mountTools([]);
  #prompts: ReadonlyMap<string, Prompt> = new Map();
  /** The prompts of all servers. */
  readonly prompts: PromptSource = {
    list: () => [...this.#prompts.values()],
    find: (name) => this.#prompts.get(name),
    onChange: (listener) => this.#promptShape.listen(listener),
  };
  /** The resources of all servers. */
  readonly resources: ResourceProvider = mountedResources({
    servers: () => this.#offers,
    wishes: this.#wishes,
    onChange: (listener) => this.#resourceShape.listen(listener),
  });

  constructor(options: MountsOptions) {
    this.#options = options;
  }

  list(): readonly Tool[] {
    return this.#tools.list;
  }

  find(name: string): Tool | undefined {
    return this.#tools.byName.get(name);
  }

  onChange(listener: () => void): () => void {
    return this.#toolShape.listen(listener);
  }

  /**
   * Mounts these servers and no others; those that are the same as before run on, and those that are to
   * be kept. One that was given up gets another chance.
   */
  apply(specs: readonly UpstreamSpec[], kept: ReadonlySet<string> = new Set()): void {
    const wanted = new Map(specs.map((spec) => [spec.name, spec]));
    for (const [name, server] of this.#servers) {
      const spec = wanted.get(name);
      const isGivenUp = server.mount.state.state === "failed";
      if (spec?.launchHash === server.spec.launchHash && !isGivenUp) server.spec = spec;
      else if (!kept.has(name)) this.#unmount(name, server);
    }
    for (const spec of specs) if (!this.#servers.has(spec.name)) this.#mount(spec);
    this.applyRecords();
  }

  /** Looks again at what is approved. */
  applyRecords(): void {
    for (const server of this.#servers.values()) this.#pin(server);
    this.#rebuild();
  }

  /** How each server is, by name. */
  status(): readonly UpstreamStatus[] {
    const names = [...this.#servers].sort(([a], [b]) => a < b ? -1 : 1);
    return names.map(([name, { mount, tools, held, listing }]) => ({
      name,
      ...mount.state,
      tools: tools.length,
      held,
      leftOut: listing.leftOut,
    }));
  }

  /** Resolves when every server was started once, or could not be. */
  async settled(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(({ mount }) => mount.firstStart));
  }

  /** Ends all servers; safe to call twice. */
  async stop(): Promise<void> {
    for (const shape of [this.#toolShape, this.#promptShape, this.#resourceShape]) shape.clear();
    for (const [name, server] of this.#servers) this.#unmount(name, server);
    await Promise.all(this.#ending);
  }

  #mount(spec: UpstreamSpec): void {
    const { records: _, ...shared } = this.#options;
    const era = this.#recordOf(spec.name)?.era;
    const mount = new Mount({
      ...shared,
      name: spec.name,
      openChannel: spec.openChannel,
      timeoutMs: spec.timeoutMs,
      era: era?.launch === spec.eraKey ? era.era : undefined,
      onListing: (listing, found) => {
        if (this.#servers.get(spec.name)?.mount !== mount) return;
        server.listing = listing;
        this.#pin(server, found);
        this.#rebuild();
      },
      onUpdated: (uri) => this.#wishes.updated(uri, mount),
    });
    const server: MountedServer = { spec, mount, listing: NO_LISTING, tools: [], held: [] };
    this.#servers.set(spec.name, server);
  }

  #unmount(name: string, { mount }: MountedServer): void {
    this.#servers.delete(name);
    const ending = mount.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Settles which of the listed tools are in force. */
  #pin(server: MountedServer, era?: Era): void {
    const { spec, listing } = server;
    const accepted = listing.tools.filter((tool) => spec.accepts(tool.name));
    const before = this.#recordOf(spec.name);
    if (before === undefined) {
      // Nobody can tell what was approved.
      server.tools = spec.isPinned ? [] : accepted;
      server.held = spec.isPinned ? accepted.map(({ name }) => name) : [];
      return;
    }
    const { tools, record } = applyPins(accepted, before);
    server.tools = spec.isPinned ? tools : accepted;
    server.held = spec.isPinned ? record.held.map(({ name }) => name) : [];
    const found = era === undefined ? before.era : { launch: spec.eraKey, era };
    const after = spec.isPinned ? { ...record, era: found } : { ...before, era: found };
    // A server that lists nothing, because it is down, has said nothing.
    if (listing === NO_LISTING || JSON.stringify(after) === JSON.stringify(before)) return;
    if (server.held.length > 0) {
      this.#options.log.warn("upstream_tools_held", {
        upstream: spec.name,
        tools: server.held.length,
      });
    }
    this.#write(spec.name, after);
  }

  /** Undefined: it cannot be read. */
  #recordOf(name: string): UpstreamRecord | undefined {
    try {
      return this.#options.records.read(name) ?? EMPTY_RECORD;
    } catch (thrown) {
      this.#options.log.error("upstream_record_unread", { upstream: name, why: messageOf(thrown) });
      return undefined;
    }
  }

  #write(name: string, record: UpstreamRecord): void {
    try {
      this.#options.records.write(name, record);
    } catch (thrown) {
      this.#options.log.error("upstream_record_unwritten", {
        upstream: name,
        why: messageOf(thrown),
      });
    }
  }

  #rebuild(): void {
    const names = [...this.#servers].sort(([a], [b]) => a < b ? -1 : 1);
    this.#offers = names.map(([server, { tools, listing, mount }]) => ({
      server,
      tools,
      listing,
      ask: mount.ask.bind(mount),
      wishes: mount,
    }));
    this.#wishes.lookAgain(resourceOwners(this.#offers));
    this.#tools = mountTools(this.#offers);
    this.#prompts = mountPrompts(this.#offers);
    this.#toolShape.tellIfNew(this.#tools.list.map(({ wire }) => wire));
    this.#promptShape.tellIfNew([...this.#prompts.values()].map(({ wire }) => wire));
    this.#resourceShape.tellIfNew(
      this.#offers.flatMap(({ listing }) => [...listing.resources, ...listing.templates]),
    );
  }
}
