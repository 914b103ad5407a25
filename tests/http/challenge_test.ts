import assert from "node:assert/strict";
import { insufficientScopeResponse, unauthorizedResponse } from "../../src/http/challenge.ts";
import type { ChallengeOptions } from "../../src/http/gate.ts";

const STATIC: ChallengeOptions = { permissions: ["tools:call", "resources:read"] };
const JWT: ChallengeOptions = { ...STATIC, resourceMetadata: "https://car.example/.well-known/x" };

function challengeOf(response: Response): string | null {
  return response.headers.get("www-authenticate");
}

Deno.test("unauthorizedResponse() names the way to a token where there is one mcp:170", () => {
  assert.equal(challengeOf(unauthorizedResponse(STATIC, false)), "Bearer");
  assert.equal(challengeOf(unauthorizedResponse(STATIC, true)), 'Bearer error="invalid_token"');
  const way =
    'resource_metadata="https://car.example/.well-known/x", scope="tools:call resources:read"';
  assert.equal(challengeOf(unauthorizedResponse(JWT, false)), `Bearer ${way}`);
  assert.equal(
    challengeOf(unauthorizedResponse(JWT, true)),
    `Bearer error="invalid_token", ${way}`,
  );
});

Deno.test("insufficientScopeResponse() keeps what the token had and adds what it lacks mcp:171", async () => {
  const permissions = ["tools:call", "resources:read", "notes:write"];
  const refusal = (held: readonly string[]) =>
    insufficientScopeResponse({ ...JWT, permissions }, {
      lacking: ["notes:write"],
      held: new Set(held),
      id: 7,
    });
  const scopeOf = (response: Response) => /scope="([^"]*)"/.exec(challengeOf(response) ?? "")?.[1];
  assert.equal(scopeOf(refusal(["tools:call"])), "tools:call notes:write");
  assert.equal(
    scopeOf(refusal(["resources", "openid", "offline_access"])),
    "resources:read notes:write",
  );
  assert.equal(scopeOf(refusal([])), "notes:write");
  const response = refusal(["tools:call"]);
  assert.equal(response.status, 403);
  assert.match(challengeOf(response) ?? "", /^Bearer error="insufficient_scope", /);
  assert.equal((await response.json()).id, 7);
});

Deno.test("challenges escape what would end a quoted text mcp:170", () => {
  const odd = { ...JWT, resourceMetadata: 'https://car.example/a"b\\c', permissions: ['a"b'] };
  assert.equal(
    challengeOf(unauthorizedResponse(odd, false)),
    'Bearer resource_metadata="https://car.example/a\\"b\\\\c", scope="a\\"b"',
  );
});
