// Resources as a program states them: one with a fixed URI, or a family of them behind a template.
// Either becomes a ResourceProvider of its own.

import { Buffer } from "node:buffer";
import { type Eventually, whenReady } from "../base/eventually.ts";
import { given } from "../base/given.ts";
import type { ResourceContents } from "../protocol/resources.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Completion } from "./completion.ts";
import type { ResourceProvider } from "./resource_provider.ts";
import { compileUriTemplate, type UriVariables } from "./uri_template.ts";

/** What a resource holds: text, or bytes. */
export type ResourceBody = string | Uint8Array;

interface ResourceWords {
  /** For programs and, where there is no title, for people. */
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
}

/** What a resource states about itself. */
export interface ResourceSpec extends ResourceWords {
  readonly uri: string;
  /** What it holds now; throws CarError for a refusal. */
  readonly read: (context: CallContext) => Eventually<ResourceBody>;
}

/** What a family of resources states about itself. */
export interface ResourceTemplateSpec extends ResourceWords {
  /** An RFC 6570 template of level 1, such as `notes://{day}/text`. */
  readonly uriTemplate: string;
  /** What the resource with these values holds; undefined: there is none. */
  readonly read: (
    variables: UriVariables,
    context: CallContext,
  ) => Eventually<ResourceBody | undefined>;
  /** By variable: the values that go on from a prefix. */
  readonly complete?: Readonly<
    Record<string, (prefix: string, context: CallContext) => Eventually<Completion>>
  >;
}

/** Makes a provider of one resource. */
export function defineResource({ read, ...wire }: ResourceSpec): ResourceProvider {
  return {
    name: wire.uri,
    list: () => ({ resources: [wire] }),
    templates: () => [],
    read(uri, context) {
      if (uri !== wire.uri) return undefined;
      return whenReady(read(context), (body) => [contentsOf(uri, body, wire.mimeType)]);
    },
    canonicalUri: (uri) => uri === wire.uri ? uri : undefined,
  };
}

/** Makes a provider of a family of resources; it lists none of them, only the template. */
export function defineResourceTemplate(spec: ResourceTemplateSpec): ResourceProvider {
  const { read, complete, ...wire } = spec;
  const template = compileUriTemplate(wire.uriTemplate);
  const completions = new Map(Object.entries(complete ?? {}));
  return {
    name: wire.uriTemplate,
    list: () => ({ resources: [] }),
    templates: () => [wire],
    read(uri, context) {
      const variables = template.match(uri);
      if (variables === undefined) return undefined;
      return whenReady(
        read(variables, context),
        (body) => body === undefined ? undefined : [contentsOf(uri, body, wire.mimeType)],
      );
    },
    canonicalUri(uri) {
      const variables = template.match(uri);
      return variables === undefined ? undefined : template.expand(variables);
    },
    complete(uriTemplate, { argument, prefix }, context) {
      if (uriTemplate !== wire.uriTemplate) return undefined;
      return completions.get(argument)?.(prefix, context);
    },
  };
}

/** A body in the form of the wire: bytes go as base 64. */
function contentsOf(
  uri: string,
  body: ResourceBody,
  mimeType: string | undefined,
): ResourceContents {
  const head = { uri, ...given("mimeType", mimeType) };
  return typeof body === "string"
    ? { ...head, text: body }
    : { ...head, blob: Buffer.from(body).toString("base64") };
}
