// The certificate that the endpoint shows (`http.tlsCert`, `http.tlsKey`): both of its files or none.

import { CarError } from "../base/errors.ts";

/** The files, by absolute path. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
}

/** The setting in its two keys; throws CarError `config_invalid` when one of them is missing. */
export function readTls(
  cert: string | undefined,
  key: string | undefined,
): TlsConfig | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const [missing, given] = cert === undefined ? ["tlsCert", "tlsKey"] : ["tlsKey", "tlsCert"];
  const name = `http.${missing}`;
  const message = `Configuration key "${name}": is missing, though http.${given} is set`;
  throw new CarError("config_invalid", message, { data: { key: name } });
}
