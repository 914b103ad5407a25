import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CarError } from "../../src/base/errors.ts";
import { type AuthConfig, loadConfig } from "../../src/config/config.ts";
import { tempHome } from "../helpers/temp_home.ts";

const GOOD = {
  CAR_AUTH_JWT_ISSUER: "https://id.example/",
  CAR_AUTH_JWT_JWKS: "https://id.example/keys",
  CAR_AUTH_JWT_AUDIENCE: "https://car.example/mcp",
};

function jwtOf(environment: Record<string, string>): AuthConfig["jwt"] {
  using home = tempHome();
  return loadConfig({ environment: { CAR_HOME: home.path, ...environment } }).auth.jwt;
}

function complaintAbout(environment: Record<string, string>): string {
  try {
    jwtOf(environment);
  } catch (thrown) {
    if (!(thrown instanceof CarError)) throw thrown;
    assert.equal(thrown.code, "config_invalid");
    return thrown.message;
  }
  return "none";
}

Deno.test("auth.jwt is nothing where none of its keys is set", () => {
  assert.equal(jwtOf({}), undefined);
});

Deno.test("auth.jwt is read from the file with all its keys", () => {
  using home = tempHome();
  const text = `[auth.jwt]
issuer = "https://id.example/realms/team"
jwks = "https://id.example/realms/team/certs"
audience = "https://car.example/mcp"
rolesClaim = "realm_access.roles"
namespacesClaim = "https://car.example/namespaces"
`;
  writeFileSync(join(home.path, "config.toml"), text);
  assert.deepEqual(loadConfig({ environment: { CAR_HOME: home.path } }).auth.jwt, {
    issuer: "https://id.example/realms/team",
    jwks: "https://id.example/realms/team/certs",
    audience: "https://car.example/mcp",
    rolesClaim: "realm_access.roles",
    namespacesClaim: "https://car.example/namespaces",
  });
});

Deno.test("auth.jwt names the key that is missing", () => {
  for (const name of ["ISSUER", "JWKS", "AUDIENCE"] as const) {
    const { [`CAR_AUTH_JWT_${name}` as const]: _gone, ...rest } = GOOD;
    assert.match(
      complaintAbout(rest),
      new RegExp(`"auth\\.jwt\\.${name.toLowerCase()}": is needed`),
    );
  }
  const claimAlone = complaintAbout({ CAR_AUTH_JWT_ROLES_CLAIM: "roles" });
  assert.match(claimAlone, /"auth\.jwt\.issuer": is needed/);
});

Deno.test("auth.jwt takes https, and http where it does not leave the machine", () => {
  const hosts = ["127.0.0.1:8080", "localhost", "[::1]:9", "127.1.2.3"];
  for (const host of hosts) {
    const environment = { ...GOOD, CAR_AUTH_JWT_JWKS: `http://${host}/keys` };
    assert.equal(jwtOf(environment)?.jwks, `http://${host}/keys`);
  }
  const bad = [
    ...["http://id.example/keys", "ftp://id.example/keys", "file:///etc/keys", "id.example/keys"],
    ...["https://me:secret@id.example/keys", "https://id.example/keys#a", "https://id.example/ a"],
    ...["http://localhost.example/keys", "http://127.0.0.1.example/keys", "http://0.0.0.0/keys"],
    ...[
      "http://[::ffff:127.0.0.1]/keys",
      "data:,{}",
      "https://",
      `https://id.example/${"a".repeat(2_048)}`,
    ],
  ];
  for (const jwks of bad) {
    const complaint = complaintAbout({ ...GOOD, CAR_AUTH_JWT_JWKS: jwks });
    assert.match(complaint, /^Configuration key "auth\.jwt\.jwks"/, jwks);
    assert.ok(!complaint.includes("secret"), complaint);
  }
});

Deno.test("auth.jwt.audience is written in one way", () => {
  for (const audience of ["https://car.example", "https://car.example:8443/a/mcp"]) {
    assert.equal(jwtOf({ ...GOOD, CAR_AUTH_JWT_AUDIENCE: audience })?.audience, audience);
  }
  const bad = [
    ...["https://car.example/", "https://car.example/mcp/", "https://car.example/mcp#x"],
    ...["https://CAR.example/mcp", "https://car.example:443/mcp", "https://car.example/a/../mcp"],
    ...["https://car.example/mcp?x=1", "car", "urn:car"],
  ];
  for (const audience of bad) {
    const complaint = complaintAbout({ ...GOOD, CAR_AUTH_JWT_AUDIENCE: audience });
    assert.match(complaint, /^Configuration key "auth\.jwt\.audience"/, audience);
  }
});

Deno.test("auth.jwt takes names of claims and paths to them", () => {
  for (const claim of ["", " ", "a..b", ".a", "a.", "a b", "a".repeat(257)]) {
    const complaint = complaintAbout({ ...GOOD, CAR_AUTH_JWT_ROLES_CLAIM: claim });
    assert.equal(complaint === "none", claim === "", claim);
  }
  assert.equal(jwtOf({ ...GOOD, CAR_AUTH_JWT_ROLES_CLAIM: "groups" })?.rolesClaim, "groups");
});
