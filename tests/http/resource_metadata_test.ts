import assert from "node:assert/strict";
import { resourceMetadata } from "../../src/http/resource_metadata.ts";

const ROOT = "/.well-known/oauth-protected-resource";

function metadataOf(resource: string) {
  return resourceMetadata({
    resource,
    issuer: "https://id.example/",
    permissions: ["tools:call", "resources:read"],
    endpointPath: "/mcp",
  });
}

Deno.test("resourceMetadata() stands between the host and the path of the resource mcp:168", () => {
  const places: [string, string, readonly string[]][] = [
    ["https://car.example/mcp", `https://car.example${ROOT}/mcp`, [ROOT, `${ROOT}/mcp`]],
    ["https://car.example", `https://car.example${ROOT}`, [ROOT, `${ROOT}/mcp`]],
    [
      "https://car.example:8443/a/mcp",
      `https://car.example:8443${ROOT}/a/mcp`,
      [ROOT, `${ROOT}/mcp`, `${ROOT}/a/mcp`],
    ],
  ];
  for (const [resource, url, paths] of places) {
    const metadata = metadataOf(resource);
    assert.equal(metadata.url, url);
    assert.deepEqual([...metadata.paths], paths);
  }
});

Deno.test("resourceMetadata() names the resource, its provider and its permissions mcp:168", async () => {
  const response = metadataOf("https://car.example/mcp").respond("GET");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.deepEqual(await response.json(), {
    resource: "https://car.example/mcp",
    authorization_servers: ["https://id.example/"],
    scopes_supported: ["tools:call", "resources:read"],
    bearer_methods_supported: ["header"],
    resource_name: "car-mcp",
  });
});

Deno.test("resourceMetadata() answers HEAD, what a browser asks first, and nothing else mcp:168", async () => {
  const { respond } = metadataOf("https://car.example/mcp");
  const head = respond("HEAD");
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  assert.equal(head.headers.get("access-control-allow-origin"), "*");
  const preflight = respond("OPTIONS");
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-methods"), "GET, HEAD");
  assert.equal(preflight.headers.get("access-control-allow-headers"), "*");
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    const refused = respond(method);
    assert.equal(refused.status, 405);
    assert.equal(refused.headers.get("allow"), "GET, HEAD");
  }
});
