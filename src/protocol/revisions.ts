// The revisions of the protocol as a table. What a revision knows stands in its row; handlers ask the
// row and never compare version names.

import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  MISSING_CAPABILITY,
  RESOURCE_NOT_FOUND,
  SERVER_ERROR,
} from "./error_codes.ts";

/** One revision of the Model Context Protocol and what differs in it for a server. */
export interface Revision {
  readonly name: string;
  /** A POST may carry an array of messages. */
  readonly hasBatches: boolean;
  /** Tools carry `annotations`. */
  readonly hasToolAnnotations: boolean;
  /** Tools, and the server itself, carry a `title`. */
  readonly hasTitles: boolean;
  /** Tools declare `outputSchema` and answer `structuredContent`. */
  readonly hasStructuredContent: boolean;
  /** `structuredContent` is any JSON value, not just an object. */
  readonly hasAnyStructuredContent: boolean;
  /** Content may be audio. */
  readonly hasAudio: boolean;
  /** Content may be a link to a resource. */
  readonly hasResourceLinks: boolean;
  /** Tools, prompts and resources carry `_meta`. */
  readonly hasMeta: boolean;
  /** Tools, prompts and resources carry icons. */
  readonly hasIcons: boolean;
  /** Arguments that a tool's schema marks are repeated in headers. */
  readonly hasMirroredArguments: boolean;
  /** A call may be answered with the handle of a task, where the client declares the extension. */
  readonly hasTasks: boolean;
  /** `serverInfo` carries a `description`. */
  readonly hasImplementationDescription: boolean;
  /** `notifications/progress` carries a `message`. */
  readonly hasProgressMessages: boolean;
  /** An elicitation says whether it is a form or a page. */
  readonly hasElicitationModes: boolean;
  /** An event stream begins with an id and no data, and may be ended by the server to be polled. */
  readonly hasPolling: boolean;
  /** A page that a person is sent to has an id, under which the client is told when it is done. */
  readonly hasElicitationIds: boolean;
  /** A call that asks is answered `input_required` and made again with the answers. */
  readonly hasInputRounds: boolean;
  /** A call that needs what its client did not declare is an error, and not a result with one. */
  readonly hasCapabilityErrors: boolean;
  /** The error code of that. */
  readonly missingCapabilityCode: number;
  /** The error code of a refusal that no other code fits: a limit, a deadline, a conflict. */
  readonly refusalCode: number;
  /** A server declares the capability `completions`; the method is older than that. */
  readonly hasCompletionsCapability: boolean;
  /** The error code of a resource that does not exist. */
  readonly missingResourceCode: number;
}

/** The legacy revisions, oldest first: those that open with `initialize`. */
const LEGACY_REVISIONS: readonly Revision[] = [
  {
    name: "2024-11-05",
    hasBatches: false,
    hasToolAnnotations: false,
    hasTitles: false,
    hasStructuredContent: false,
    hasAnyStructuredContent: false,
    hasAudio: false,
    hasResourceLinks: false,
    hasMeta: false,
    hasIcons: false,
    hasMirroredArguments: false,
    hasTasks: false,
    hasImplementationDescription: false,
    hasProgressMessages: false,
    hasElicitationModes: false,
    hasPolling: false,
    hasElicitationIds: false,
    hasInputRounds: false,
    hasCapabilityErrors: false,
    missingCapabilityCode: SERVER_ERROR,
    refusalCode: SERVER_ERROR,
    hasCompletionsCapability: false,
    missingResourceCode: RESOURCE_NOT_FOUND,
  },
  {
    name: "2025-03-26",
    hasBatches: true,
    hasToolAnnotations: true,
    hasTitles: false,
    hasStructuredContent: false,
    hasAnyStructuredContent: false,
    hasAudio: true,
    hasResourceLinks: false,
    hasMeta: false,
    hasIcons: false,
    hasMirroredArguments: false,
    hasTasks: false,
    hasImplementationDescription: false,
    hasProgressMessages: true,
    hasElicitationModes: false,
    hasPolling: false,
    hasElicitationIds: false,
    hasInputRounds: false,
    hasCapabilityErrors: false,
    missingCapabilityCode: SERVER_ERROR,
    refusalCode: SERVER_ERROR,
    hasCompletionsCapability: true,
    missingResourceCode: RESOURCE_NOT_FOUND,
  },
  {
    name: "2025-06-18",
    hasBatches: false,
    hasToolAnnotations: true,
    hasTitles: true,
    hasStructuredContent: true,
    hasAnyStructuredContent: false,
    hasAudio: true,
    hasResourceLinks: true,
    hasMeta: true,
    hasIcons: false,
    hasMirroredArguments: false,
    hasTasks: false,
    hasImplementationDescription: false,
    hasProgressMessages: true,
    hasElicitationModes: false,
    hasPolling: false,
    hasElicitationIds: false,
    hasInputRounds: false,
    hasCapabilityErrors: false,
    missingCapabilityCode: SERVER_ERROR,
    refusalCode: SERVER_ERROR,
    hasCompletionsCapability: true,
    missingResourceCode: RESOURCE_NOT_FOUND,
  },
  {
    name: "2025-11-25",
    hasBatches: false,
    hasToolAnnotations: true,
    hasTitles: true,
    hasStructuredContent: true,
    hasAnyStructuredContent: false,
    hasAudio: true,
    hasResourceLinks: true,
    hasMeta: true,
    hasIcons: true,
    hasMirroredArguments: false,
    hasTasks: false,
    hasImplementationDescription: true,
    hasProgressMessages: true,
    hasElicitationModes: true,
    hasPolling: true,
    hasElicitationIds: true,
    hasInputRounds: false,
    hasCapabilityErrors: false,
    missingCapabilityCode: SERVER_ERROR,
    refusalCode: SERVER_ERROR,
    hasCompletionsCapability: true,
    missingResourceCode: RESOURCE_NOT_FOUND,
  },
];

/** The stateless revisions, oldest first: every request says for itself what the handshake said. */
const MODERN_REVISIONS: readonly Revision[] = [
  {
    name: "2026-07-28",
    hasBatches: false,
    hasToolAnnotations: true,
    hasTitles: true,
    hasStructuredContent: true,
    hasAnyStructuredContent: true,
    hasAudio: true,
    hasResourceLinks: true,
    hasMeta: true,
    hasIcons: true,
    hasMirroredArguments: true,
    hasTasks: true,
    hasImplementationDescription: true,
    hasProgressMessages: true,
    hasElicitationModes: true,
    hasPolling: false,
    hasElicitationIds: false,
    hasInputRounds: true,
    hasCapabilityErrors: true,
    missingCapabilityCode: MISSING_CAPABILITY,
    // -32000 to -32019 are not for new replies (2026-07-28, "Error Codes").
    refusalCode: INTERNAL_ERROR,
    hasCompletionsCapability: true,
    missingResourceCode: INVALID_PARAMS,
  },
];

/** The newest revision with a handshake. */
export const NEWEST_LEGACY_REVISION: Revision = rowNamed("2025-11-25");

/** The oldest; the honest answer to an `initialize` that names no version. */
export const OLDEST_REVISION: Revision = rowNamed("2024-11-05");

/** What a request without a version header is read as (2025-06-18, "Protocol Version Header"). */
export const HEADERLESS_REVISION: Revision = rowNamed("2025-03-26");

/** The newest revision this server speaks. */
export const NEWEST_REVISION: Revision = MODERN_REVISIONS.at(-1) ?? NEWEST_LEGACY_REVISION;

/** The first revision without a handshake; every later one is stateless, too. */
const FIRST_MODERN_VERSION = "2026-07-28";

const LEGACY_BY_NAME = byName(LEGACY_REVISIONS);
const MODERN_BY_NAME = byName(MODERN_REVISIONS);

/** The names of the revisions with a handshake that this server speaks, oldest first. */
export const LEGACY_REVISION_NAMES: readonly string[] = [...LEGACY_BY_NAME.keys()];

/** The names of the stateless revisions that this server speaks, oldest first. */
export const MODERN_REVISION_NAMES: readonly string[] = [...MODERN_BY_NAME.keys()];

/** The revision with a handshake of that name, if this server speaks it. */
export function legacyRevisionNamed(name: string): Revision | undefined {
  return LEGACY_BY_NAME.get(name);
}

/** The stateless revision of that name, if this server speaks it. */
export function modernRevisionNamed(name: string): Revision | undefined {
  return MODERN_BY_NAME.get(name);
}

/** Whether a version header names a stateless revision, known or to come: its bad input is 400. */
export function isModernVersion(name: string): boolean {
  return name >= FIRST_MODERN_VERSION && /^\d{4}-\d{2}-\d{2}$/.test(name);
}

function byName(revisions: readonly Revision[]): ReadonlyMap<string, Revision> {
  return new Map(revisions.map((revision) => [revision.name, revision]));
}

function rowNamed(name: string): Revision {
  const found = LEGACY_REVISIONS.find((revision) => revision.name === name);
  if (found === undefined) throw new Error(`No revision "${name}" in the table`);
  return found;
}
