// The fixture resources: a text, bytes, a family of them, and one that a client may watch.

import { Buffer } from "node:buffer";
import { defineResource, defineResourceTemplate } from "../../src/tools/resource.ts";
import type { ResourceProvider } from "../../src/tools/resource_provider.ts";
import { PNG } from "./_samples.ts";

/** Makes them. */
export function fixtureResources(): readonly ResourceProvider[] {
  return [
    defineResource({
      uri: "test://static-text",
      name: "Static text",
      description: "Fixture: a text",
      mimeType: "text/plain",
      read: () => "This is the content of the static text resource.",
    }),
    defineResource({
      uri: "test://static-binary",
      name: "Static bytes",
      description: "Fixture: a picture",
      mimeType: "image/png",
      read: () => Buffer.from(PNG, "base64"),
    }),
    defineResourceTemplate({
      uriTemplate: "test://template/{id}/data",
      name: "Template",
      description: "Fixture: says which one it is",
      mimeType: "application/json",
      read: ({ id }) => JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    }),
    defineResource({
      uri: "test://watched-resource",
      name: "Watched",
      description: "Fixture: may be subscribed to",
      mimeType: "text/plain",
      read: () => "Nothing has changed",
    }),
  ];
}
