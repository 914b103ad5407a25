// Certificates for a test, made while it runs: no key lies among the sources. OpenSSL makes them; where it is
// not installed the tests that need one show as ignored.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Runtime } from "./runtimes.ts";
import { testOnBoth } from "./runtimes.ts";

/** A certificate for `localhost` and 127.0.0.1 that vouches for itself, and its key. */
export interface MadeCertificate {
  readonly certPath: string;
  readonly keyPath: string;
  /** What a client trusts to trust this one, as PEM. */
  readonly cert: string;
}

/** Whether they can be made. */
export const HAS_OPENSSL = hasOpenssl();

/** Makes one in a folder; the name tells it from others there. */
export function makeCertificate(folder: string, name: string): MadeCertificate {
  const certPath = join(folder, `${name}.crt`);
  const keyPath = join(folder, `${name}.key`);
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", keyPath, "-out", certPath, "-days", "2", "-subj", `/CN=${name}`],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ], { stdio: "ignore" });
  chmodSync(keyPath, 0o600);
  return { certPath, keyPath, cert: readFileSync(certPath, "utf8") };
}

/** Puts one in the place of another. */
export function replaceCertificate(old: MadeCertificate, fresh: MadeCertificate): void {
  copyFileSync(fresh.certPath, old.certPath);
  copyFileSync(fresh.keyPath, old.keyPath);
}

/** A `fetch` that trusts this certificate alone, over a connection of its own for each request. */
export async function fetchTrusting(
  { cert }: Pick<MadeCertificate, "cert">,
  request: Request | string,
): Promise<Response> {
  using client = Deno.createHttpClient({ caCerts: [cert] });
  const response = await fetch(request, { client });
  const body = await response.bytes();
  const { status, headers } = response;
  return new Response(body, { status, headers });
}

/** Registers a test that makes certificates; it shows as ignored where that cannot be done. */
export function testWithCertificates(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name, ignore: !HAS_OPENSSL, fn });
}

/** The same, under each runtime. */
export function testCertificatesOnBoth(
  name: string,
  body: (runtime: Runtime) => Promise<void>,
): void {
  if (HAS_OPENSSL) testOnBoth(name, body);
  else Deno.test({ name, ignore: true, fn: () => {} });
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
