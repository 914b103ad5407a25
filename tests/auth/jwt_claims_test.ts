import assert from "node:assert/strict";
import { type ClaimNames, principalOfClaims } from "../../src/auth/jwt_claims.ts";
import { isAmong, ownNamespaceOf, type Principal } from "../../src/auth/principal.ts";

const NO_NAMES: ClaimNames = { roles: undefined, namespaces: undefined };

function principalOf(
  claims: Record<string, unknown>,
  names: Partial<ClaimNames> = {},
): Principal | undefined {
  return principalOfClaims({ sub: "alice", ...claims }, {
    names: { ...NO_NAMES, ...names },
    credential: "jwt:1",
    expiresMs: 5,
  });
}

function rolesOf(claims: Record<string, unknown>, roles: string): readonly string[] {
  return [...principalOf(claims, { roles })?.grants?.roles ?? ["nobody"]];
}

function permissionsOf(claims: Record<string, unknown>): readonly string[] {
  return [...principalOf(claims)?.grants?.permissions ?? ["nobody"]];
}

Deno.test("principalOfClaims() names the subject, what was shown and when that is over", () => {
  const principal = principalOf({});
  assert.equal(principal?.id, "jwt:alice");
  assert.equal(principal?.credential, "jwt:1");
  assert.equal(principal?.expiresMs, 5);
  assert.equal(principal?.grants?.canStepUp, true);
  assert.deepEqual(permissionsOf({}), []);
});

Deno.test("principalOfClaims() refuses a subject that is none or cannot be shown", () => {
  const bad = [undefined, null, 7, "", ["alice"], "a".repeat(256), "a\nb", "a\u0000", "a\u202eb"];
  for (const sub of [...bad, "a\u2028b", "a\ud800"]) {
    assert.equal(principalOf({ sub }), undefined, JSON.stringify(sub));
  }
  for (const sub of ["a".repeat(255), "auth0|5f7c", "Ålesund", "a b", "日本"]) {
    assert.equal(principalOf({ sub })?.id, `jwt:${sub}`);
  }
});

Deno.test("principalOfClaims() reads permissions from scope, else from scp, as text or list", () => {
  const both = ["tools:call", "resources:read"];
  assert.deepEqual(permissionsOf({ scope: "tools:call resources:read" }), both);
  assert.deepEqual(permissionsOf({ scp: "tools:call resources:read" }), both);
  assert.deepEqual(permissionsOf({ scp: both }), both);
  assert.deepEqual(permissionsOf({ scope: both }), both);
  assert.deepEqual(permissionsOf({ scope: "tools:call", scp: ["resources:read"] }), ["tools:call"]);
  assert.deepEqual(permissionsOf({ scope: "  tools:call   " }), ["tools:call"]);
});

Deno.test("principalOfClaims() takes nothing from permissions of another form", () => {
  for (const scope of [7, true, { "tools:call": true }, [["tools:call"]], [7, null], ""]) {
    assert.deepEqual(permissionsOf({ scope }), [], JSON.stringify(scope));
  }
  assert.deepEqual(permissionsOf({ scope: ["tools:call", 7, 'a"b', "a b"] }), ["tools:call"]);
});

Deno.test("principalOfClaims() takes nothing from a claim of more names than anybody has", () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `p${at}`);
  assert.equal(permissionsOf({ scope: names(1_000) }).length, 1_000);
  assert.equal(permissionsOf({ scope: names(1_000).join(" ") }).length, 1_000);
  assert.deepEqual(permissionsOf({ scope: names(1_001) }), []);
  assert.deepEqual(rolesOf({ roles: names(1_001) }, "roles"), []);
});

Deno.test("principalOfClaims() reads roles at a path, or in a claim whose name has dots", () => {
  const claims = { realm_access: { roles: ["dev", "ops"] }, "https://car.example/roles": "admin" };
  assert.deepEqual(rolesOf(claims, "realm_access.roles"), ["dev", "ops"]);
  assert.deepEqual(rolesOf(claims, "https://car.example/roles"), ["admin"]);
  assert.deepEqual(rolesOf(claims, "realm_access"), []);
  assert.deepEqual(rolesOf(claims, "realm_access.roles.0"), ["dev"]);
  assert.deepEqual(rolesOf(claims, "nowhere.at.all"), []);
});

Deno.test("principalOfClaims() reads no role out of what every object has", () => {
  for (const path of ["constructor.name", "toString.name", "__proto__.roles", "roles.length"]) {
    assert.deepEqual(rolesOf({ roles: ["a"] }, path), [], path);
  }
});

Deno.test("principalOfClaims() opens all namespaces where no claim is configured", () => {
  const principal = principalOf({ namespaces: ["team"] });
  assert.ok(principal);
  assert.equal(principal.grants?.namespaces, undefined);
  assert.equal(ownNamespaceOf(principal), "default");
});

Deno.test("principalOfClaims() opens the namespaces of the claim, the first plain one as its own", () => {
  const names = { namespaces: "car.namespaces" };
  const principal = principalOf({ car: { namespaces: ["team/*", "alice", "shared"] } }, names);
  assert.ok(principal);
  assert.equal(ownNamespaceOf(principal), "alice");
  const opened = principal.grants?.namespaces ?? [];
  assert.deepEqual(
    ["alice", "shared", "team/x", "team", "bob"].map((each) => isAmong(opened, each)),
    [
      true,
      true,
      true,
      false,
      false,
    ],
  );
  assert.equal(principalOf({ car: { namespaces: "alice" } }, names)?.namespace, "alice");
});

Deno.test("principalOfClaims() opens no namespace where the configured claim is missing or odd", () => {
  const names = { namespaces: "namespaces" };
  const claims = [{}, { namespaces: 7 }, { namespaces: [] }, { namespaces: ["*", "te*m", "a b"] }];
  for (const each of claims) {
    const principal = principalOf(each, names);
    assert.deepEqual(principal?.grants?.namespaces, [], JSON.stringify(each));
    assert.equal(principal?.namespace, undefined);
  }
});
