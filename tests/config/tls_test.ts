import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { loadConfig } from "../../src/config/config.ts";

function tlsOf(environment: Record<string, string>) {
  return loadConfig({ environment: { CAR_HOME: "/nowhere", ...environment } }).tls;
}

Deno.test("TLS is off until both of its files are named", () => {
  assert.equal(tlsOf({}), undefined);
  const both = { CAR_HTTP_TLS_CERT: "/a.crt", CAR_HTTP_TLS_KEY: "/a.key" };
  assert.deepEqual(tlsOf(both), { cert: "/a.crt", key: "/a.key" });
});

Deno.test("one file of TLS alone, or by a relative path, is a fault of its key", () => {
  const faults: readonly (readonly [Record<string, string>, string])[] = [
    [{ CAR_HTTP_TLS_CERT: "/a.crt" }, "http.tlsKey"],
    [{ CAR_HTTP_TLS_KEY: "/a.key" }, "http.tlsCert"],
    [{ CAR_HTTP_TLS_CERT: "a.crt", CAR_HTTP_TLS_KEY: "/a.key" }, "http.tlsCert"],
    [{ CAR_HTTP_TLS_CERT: "/a.crt", CAR_HTTP_TLS_KEY: "./a.key" }, "http.tlsKey"],
  ];
  for (const [environment, key] of faults) {
    assert.throws(() => tlsOf(environment), (thrown) => {
      assert.ok(thrown instanceof CarError);
      assert.equal(thrown.code, "config_invalid");
      assert.equal(thrown.data["key"], key);
      return true;
    });
  }
});
