// `car://memory/status`: how much there is in the caller's namespace, and, to callers who have none of
// their own, which others there are and what the whole memory takes.

import { CarError } from "../../base/errors.ts";
import type { MemoryEngine } from "../../memory/engine.ts";
import type { FactDirectory } from "../../memory/fact_directory.ts";
import type { CallContext } from "../../rpc/context.ts";
import type { Skills } from "../../skills/skills.ts";
import { namespaceOf } from "../namespace.ts";
import { defineResource } from "../resource.ts";
import type { ResourceProvider } from "../resource_provider.ts";
import { JSON_TYPE, timeText } from "./_json_contents.ts";
import { STATUS_URI } from "./uris.ts";

/** What the resource works with. */
export interface StatusResourceParts {
  readonly memory: MemoryEngine;
  readonly facts: FactDirectory;
  readonly skills: Skills;
}

const NAMESPACES_SHOWN = 100;

/** Makes the provider. */
export function statusResource(parts: StatusResourceParts): ResourceProvider {
  return defineResource({
    uri: STATUS_URI,
    name: "status",
    title: "Memory status",
    description: "How many facts and skills there are, in which namespaces, and the last write",
    mimeType: JSON_TYPE,
    read: (context) => JSON.stringify(statusOf(parts, context)),
  });
}

function statusOf(parts: StatusResourceParts, context: CallContext): object {
  const { facts, skills } = parts;
  const namespace = namespaceOf(context);
  return {
    namespace,
    facts: facts.liveFacts(namespace),
    skills: skills.names(namespace, "", 0).total,
    ...wholeFor(context, namespace, parts),
  };
}

// Somebody with a namespace of its own shares the server with others, whose names it need not know, nor
// how much they write and when.
function wholeFor(
  context: CallContext,
  namespace: string,
  { memory, facts }: StatusResourceParts,
): object {
  if (context.principal.namespace !== undefined) {
    return { namespaces: [namespace], namespaces_total: 1 };
  }
  const { indexBytes, databaseBytes, revision } = memory.stats();
  const { names, total } = facts.namespaces(NAMESPACES_SHOWN);
  const open = names.filter((name) => isOpen(name, context));
  return {
    namespaces: open,
    namespaces_total: total - (names.length - open.length),
    index_bytes: indexBytes,
    database_bytes: databaseBytes,
    revision,
    last_write: timeText(facts.lastStoredMs()),
  };
}

function isOpen(namespace: string, context: CallContext): boolean {
  try {
    return namespaceOf(context, namespace) === namespace;
  } catch (thrown) {
    if (thrown instanceof CarError && thrown.code === "denied") return false;
    throw thrown;
  }
}
