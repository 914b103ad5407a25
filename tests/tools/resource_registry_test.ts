import assert from "node:assert/strict";
import type { ResourceProvider } from "../../src/tools/resource_provider.ts";
import { ResourceRegistry } from "../../src/tools/resource_registry.ts";

function providerOf(name: string, more: Partial<ResourceProvider>): ResourceProvider {
  return {
    name,
    list: () => ({ resources: [] }),
    templates: () => [],
    read: () => undefined,
    ...more,
  };
}

Deno.test("watch() asks those who may own a resource, and nobody about one that is told anyway", () => {
  const watched: string[] = [];
  const watching = (name: string) =>
    providerOf(name, {
      watch(uri) {
        watched.push(`${name} +${uri}`);
        return () => void watched.push(`${name} -${uri}`);
      },
    });
  const own = providerOf("own", {
    canonicalUri: (uri) => uri.startsWith("own:") ? uri : undefined,
  });
  const registry = new ResourceRegistry(
    [own, watching("a"), providerOf("silent", {}), watching("b")],
    { uriCharsMax: 100 },
  );
  registry.watch("own:thing", () => {})();
  assert.deepEqual(watched, []);
  const stop = registry.watch("note://a", () => {});
  assert.deepEqual(watched, ["a +note://a", "b +note://a"]);
  stop();
  assert.deepEqual(watched.slice(2), ["a -note://a", "b -note://a"]);
});
