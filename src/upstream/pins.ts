// Pinned definitions: what a tool said of itself when it was first seen holds until a person approves
// another one, so that a server cannot change its tools behind the back of an agent (a "rug pull").

import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical_json.ts";
import type { WireTool } from "../protocol/tools.ts";

/** What is kept of one mounted server; the owner of the file is a person, who may delete it. */
export interface UpstreamRecord {
  /** The hash of each tool's definition that is in force, by the server's own name of the tool. */
  readonly pins: Readonly<Record<string, string>>;
  /** Definitions that differ from those and wait for approval. */
  readonly held: readonly HeldTool[];
  /** The era that was found, and what stands for the command line that it was found with. */
  readonly era?: { readonly launch: string; readonly era: "legacy" | "modern" } | undefined;
}

/** A definition that is held back. */
export interface HeldTool {
  readonly name: string;
  readonly hash: string;
  /** What it says of itself now, for whoever decides. */
  readonly description: string;
}

/** Keeps what is known of mounted servers over restarts. */
export interface UpstreamRecords {
  /** Undefined for a server that was never seen; throws CarError `storage_failed`. */
  read(name: string): UpstreamRecord | undefined;
  write(name: string, record: UpstreamRecord): void;
  /** A text that changes when a record is written. Cheap. */
  stamp(): string;
}

/** Nothing is known yet. */
export const EMPTY_RECORD: UpstreamRecord = Object.freeze({ pins: {}, held: [] });

/** What is in force of a listing, and the record as it is after it. */
export interface PinnedTools {
  readonly tools: readonly WireTool[];
  readonly record: UpstreamRecord;
}

// Tools that a server has ever listed; the names of more are not kept, so they are held back.
const PINS_MAX = 20_000;
const DESCRIPTION_CHARS_MAX = 2_000;

/** Lets through what is pinned or new and holds back what differs. */
export function applyPins(tools: readonly WireTool[], record: UpstreamRecord): PinnedTools {
  const pins = new Map(Object.entries(record.pins));
  const held: HeldTool[] = [];
  const inForce = tools.filter((tool) => {
    const hash = hashOf(tool);
    const pinned = pins.get(tool.name);
    if (pinned === hash) return true;
    if (pinned === undefined && pins.size < PINS_MAX) {
      pins.set(tool.name, hash);
      return true;
    }
    const description = (tool.description ?? "").slice(0, DESCRIPTION_CHARS_MAX);
    held.push({ name: tool.name, hash, description });
    return false;
  });
  return { tools: inForce, record: { ...record, pins: Object.fromEntries(pins), held } };
}

/** The record after a person approved everything that is held back. */
export function approveHeld(record: UpstreamRecord): UpstreamRecord {
  const approved = record.held.map(({ name, hash }) => [name, hash]);
  return { ...record, pins: { ...record.pins, ...Object.fromEntries(approved) }, held: [] };
}

/** The hash of all that a model or a person is shown of a tool. */
export function hashOf(tool: WireTool): string {
  return createHash("sha256").update(canonicalJson(tool)).digest("hex");
}
