import assert from "node:assert/strict";
import { chmodSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import { readTlsFiles, tlsStamp } from "../../src/storage/tls_files.ts";
import { makeCertificate, testWithCertificates } from "../helpers/certificates.ts";
import { tempHome } from "../helpers/temp_home.ts";

testWithCertificates("readTlsFiles() reads a certificate with its key, and when it ends", () => {
  using home = tempHome();
  const { certPath: cert, keyPath: key, cert: text } = makeCertificate(home.path, "a");
  const read = readTlsFiles({ cert, key });
  assert.equal(read.kind, "read");
  assert.equal(read.cert, text);
  assert.match(read.key, /PRIVATE KEY/);
  assert.ok(Date.parse(read.validTo) > 0, read.validTo);
});

testWithCertificates("readTlsFiles() names the file at fault, and nothing of what is in it", () => {
  using home = tempHome();
  const { certPath: cert, keyPath: key } = makeCertificate(home.path, "a");
  const { certPath, keyPath } = makeCertificate(home.path, "b");
  const complaintOf = (paths: { cert: string; key: string }) => {
    const read = readTlsFiles(paths);
    assert.equal(read.kind, "refused");
    return `${read.file}: ${read.complaint}`;
  };
  assert.equal(
    complaintOf({ cert, key: keyPath }),
    `key: ${keyPath} is not the key of the certificate in ${cert}`,
  );
  assert.equal(
    complaintOf({ cert: key, key }),
    `cert: ${key} holds no certificate (PEM)`,
  );
  copyFileSync(cert, keyPath);
  chmodSync(keyPath, 0o600);
  assert.equal(
    complaintOf({ cert, key: keyPath }),
    `key: ${keyPath} holds no private key (PEM, without a passphrase)`,
  );
  writeFileSync(certPath, "");
  assert.equal(
    complaintOf({ cert: certPath, key }),
    `cert: ${certPath} holds no certificate (PEM)`,
  );
  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(key, mode);
    assert.equal(
      complaintOf({ cert, key }),
      `key: ${key} can be used by others: its mode must be 600`,
    );
  }
  rmSync(key);
  assert.match(complaintOf({ cert, key }), /^key: .*a\.key cannot be read: ENOENT$/);
});

testWithCertificates("tlsStamp() changes with either file, and with nothing else", () => {
  using home = tempHome();
  const { certPath: cert, keyPath: key } = makeCertificate(home.path, "a");
  const first = tlsStamp({ cert, key });
  readTlsFiles({ cert, key });
  assert.equal(tlsStamp({ cert, key }), first);
  chmodSync(key, 0o640);
  const second = tlsStamp({ cert, key });
  assert.notEqual(second, first);
  rmSync(cert);
  assert.notEqual(tlsStamp({ cert, key }), second);
});
