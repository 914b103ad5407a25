import assert from "node:assert/strict";
import { countedAddress } from "../../src/http/remote_address.ts";

Deno.test("countedAddress() counts an IPv4 address by itself, also in the form of a socket for both", () => {
  assert.equal(countedAddress("192.0.2.1"), "192.0.2.1");
  assert.equal(countedAddress("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(countedAddress("::FFFF:192.0.2.1"), "192.0.2.1");
});

Deno.test("countedAddress() counts IPv6 addresses by network, however they are written", () => {
  const network = "2001:db8:1:2::/64";
  for (
    const address of [
      "2001:db8:1:2::1",
      "2001:db8:1:2:ffff:ffff:ffff:ffff",
      "2001:0DB8:0001:0002:0:0:0:9",
      "2001:db8:1:2::9%eth0",
    ]
  ) assert.equal(countedAddress(address), network, address);
  assert.equal(countedAddress("2001:db8:1:3::1"), "2001:db8:1:3::/64");
  assert.equal(countedAddress("::1"), "0:0:0:0::/64");
  assert.equal(countedAddress("fe80::1"), "fe80:0:0:0::/64");
  assert.equal(countedAddress("2001:db8::"), "2001:db8:0:0::/64");
  assert.equal(countedAddress("1::2:3:4:5:6:7"), "1:0:2:3::/64");
});

Deno.test("countedAddress() counts what is no address as it is", () => {
  assert.equal(countedAddress("/run/car.sock"), "/run/car.sock");
});
