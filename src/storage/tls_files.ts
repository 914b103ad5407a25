// A certificate and its key, from the files that a person or a program puts there (PEM). The key is for
// the server alone, and both are looked at before anything is served with them.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { codeOf, readSmallFile } from "./small_file.ts";

/** Where the two are. */
export interface TlsPaths {
  /** The certificate, its intermediates behind it. */
  readonly cert: string;
  readonly key: string;
}

/** What was read; or which of the files is to blame, and why. */
export type TlsFiles =
  | {
    readonly kind: "read";
    readonly cert: string;
    readonly key: string;
    /** When the certificate ends, as it says itself. */
    readonly validTo: string;
  }
  | { readonly kind: "refused"; readonly file: keyof TlsPaths; readonly complaint: string };

// Chains of the public authorities have some 10 KiB.
const FILE_BYTES_MAX = 1024 * 1024;

/** Reads both files; throws nothing, and no complaint holds anything of the key. */
export function readTlsFiles(paths: TlsPaths): TlsFiles {
  const cert = readSmallFile(paths.cert, { bytesMax: FILE_BYTES_MAX });
  if ("complaint" in cert) return { kind: "refused", file: "cert", complaint: cert.complaint };
  const key = readSmallFile(paths.key, { bytesMax: FILE_BYTES_MAX, mustBePrivate: true });
  if ("complaint" in key) return { kind: "refused", file: "key", complaint: key.complaint };
  const certificate = certificateIn(cert.text);
  if (certificate === undefined) {
    return { kind: "refused", file: "cert", complaint: `${paths.cert} holds no certificate (PEM)` };
  }
  const privateKey = privateKeyIn(key.text);
  if (privateKey === undefined) {
    const complaint = `${paths.key} holds no private key (PEM, without a passphrase)`;
    return { kind: "refused", file: "key", complaint };
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    const complaint = `${paths.key} is not the key of the certificate in ${paths.cert}`;
    return { kind: "refused", file: "key", complaint };
  }
  return { kind: "read", cert: cert.text, key: key.text, validTo: certificate.validTo };
}

/**
 * What changes with either file: two equal stamps are the same files, as far as can be seen outside.
 * Throws nothing: a file that cannot be looked at is in no order, and reading it says why.
 */
export function tlsStamp(paths: TlsPaths): string {
  return [paths.cert, paths.key].map(stampOf).join("; ");
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, mode, uid } = statSync(path, { bigint: true });
    return [ino, size, mtimeNs, mode, uid].join(" ");
  } catch (thrown) {
    return codeOf(thrown);
  }
}

// The messages of both runtimes are those of their library, and name no file.
function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function privateKeyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
