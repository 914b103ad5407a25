// Secrets by reference: `${env:NAME}` stands for a variable of this process, `${file:/path}` for a file
// that its owner alone can read. They are looked up when a server is mounted and known to nobody else;
// whatever a server writes is shown without them.

import { CarError } from "../base/errors.ts";

/** Where references lead. */
export interface SecretSources {
  /** The value of a variable; undefined if it is not set. Throws where it may not be read. */
  variable(name: string): string | undefined;
  /** The text of a file without its last line break; throws CarError `config_invalid`. */
  file(path: string): string;
}

const REFERENCE = /\$\{(env|file):([^}]*)\}/g;

/** The text with its references replaced; throws CarError `config_invalid` that names the reference. */
export function resolveSecrets(text: string, sources: SecretSources): string {
  return text.replace(REFERENCE, (_all, kind: string, name: string) => {
    if (kind === "file") return sources.file(name);
    const value = sources.variable(name);
    if (value !== undefined) return value;
    throw new CarError("config_invalid", `The environment variable "${name}" is not set`);
  });
}

/** The values that references of these texts stand for. */
export function secretsIn(texts: readonly string[], sources: SecretSources): readonly string[] {
  const references = texts.flatMap((text) => [...text.matchAll(REFERENCE)].map(([all]) => all));
  return [...new Set(references)].map((reference) => resolveSecrets(reference, sources));
}

// A shorter one would blot out half of what is written, and protects nothing.
const SECRET_CHARS_MIN = 6;

/** A function that blots secrets out of what is written. */
export function blotter(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .sort((a, b) => b.length - a.length);
  return (text) => long.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}
