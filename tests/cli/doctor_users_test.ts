import assert from "node:assert/strict";
import { checkUsers, usersIn } from "../../src/cli/doctor/users.ts";
import { loadConfig } from "../../src/config/config.ts";

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1::/:/usr/sbin/nologin
ann:x:1000:1000::/home/ann:/bin/bash
bob:x:1001:1001::/home/bob:/usr/bin/zsh
service:x:1002:1002::/:/bin/false
nobody:x:65534:65534::/:/bin/sh
`;

Deno.test("usersIn() counts those whom a person logs in as", () => {
  assert.deepEqual(usersIn(PASSWD, 1000), ["ann", "bob"]);
  assert.deepEqual(usersIn(PASSWD, 0), ["root", "ann", "bob"]);
  assert.deepEqual(usersIn("", 0), []);
  assert.deepEqual(usersIn("no:such\n\n:::::\n", 0), []);
});

Deno.test("checkUsers() speaks up where others reach the daemon and nobody asks who they are", () => {
  const config = (environment: Record<string, string>) =>
    loadConfig({ environment: { CAR_HOME: "/nowhere", ...environment } });
  const [found] = checkUsers(config({}), ["ann", "bob"]);
  assert.match(found?.todo ?? "", /auth\.local = "token"/);
  assert.deepEqual(checkUsers(config({}), ["ann"]), []);
  assert.deepEqual(checkUsers(config({ CAR_AUTH_LOCAL: "token" }), ["ann", "bob"]), []);
  const jwt = {
    CAR_AUTH_JWT_ISSUER: "https://id.example/",
    CAR_AUTH_JWT_JWKS: "https://id.example/keys",
    CAR_AUTH_JWT_AUDIENCE: "https://car.example/mcp",
  };
  assert.deepEqual(checkUsers(config(jwt), ["ann", "bob"]), []);
  assert.deepEqual(checkUsers(config({ CAR_AUTH_TOKENS: "true" }), ["ann", "bob"]), []);
});
