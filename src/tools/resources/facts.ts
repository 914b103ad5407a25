// `car://memory/fact/{id}`: a fact, whole, in whatever state. The facts that hold are listed, the newest
// first.

import type { Clock } from "../../base/clock.ts";
import type { FactDirectory, ListedFact } from "../../memory/fact_directory.ts";
import type { FactRow } from "../../memory/store.ts";
import type { WireResource } from "../../protocol/resources.ts";
import { COMPLETION_VALUES_MAX } from "../completion.ts";
import { namespaceOf } from "../namespace.ts";
import type { ResourceProvider } from "../resource_provider.ts";
import { JSON_TYPE, jsonContents, timeText } from "./_json_contents.ts";
import { FACT_URIS, nameIn, uriOf } from "./uris.ts";

/** What the provider works with. */
export interface FactResourceParts {
  readonly facts: FactDirectory;
  readonly clock: Clock;
}

/** Makes the provider. */
export function factResources({ facts, clock }: FactResourceParts): ResourceProvider {
  return {
    name: "facts",
    list({ after, limit }, context) {
      const page = facts.page({
        namespace: namespaceOf(context),
        beforeId: typeof after === "string" ? after : undefined,
        atMs: clock.now(),
        limit,
      });
      return { resources: page.facts.map(wireOf), next: page.nextBeforeId };
    },
    templates: () => [{
      uriTemplate: FACT_URIS.text,
      name: "fact",
      title: "Fact",
      description: "A fact by its id, with its whole body",
      mimeType: JSON_TYPE,
    }],
    read(uri, context) {
      const id = nameIn(FACT_URIS, uri);
      const row = id === undefined ? undefined : facts.fact(namespaceOf(context), id);
      return row && jsonContents(uri, viewOf(row));
    },
    canonicalUri(uri) {
      const id = nameIn(FACT_URIS, uri);
      return id === undefined ? undefined : uriOf(FACT_URIS, id);
    },
    complete(uriTemplate, { argument, prefix }, context) {
      if (uriTemplate !== FACT_URIS.text || argument !== "id") return undefined;
      const namespace = namespaceOf(context);
      return facts.ids({ namespace, prefix, limit: COMPLETION_VALUES_MAX });
    },
  };
}

function wireOf({ id, subject, kind, validFromMs }: ListedFact): WireResource {
  return {
    uri: uriOf(FACT_URIS, id),
    name: id,
    title: subject,
    description: `${kind}: ${subject}`,
    mimeType: JSON_TYPE,
    annotations: { lastModified: new Date(validFromMs).toISOString() },
  };
}

function viewOf(row: FactRow): object {
  return {
    id: row.id,
    subject: row.subject,
    body: row.body,
    kind: row.kind,
    state: row.state,
    tags: row.tags,
    confidence: row.confidence,
    source: row.source ?? null,
    valid_from: timeText(row.validFromMs),
    valid_to: timeText(row.validToMs),
    expires_at: timeText(row.expiresAtMs),
    recorded_at: timeText(row.recordedMs),
    superseded_by: row.supersededBy ?? null,
    needs_review: row.needsReview,
    is_constraint: row.isConstraint || row.kind === "constraint",
  };
}
