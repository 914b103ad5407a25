// The identity provider, if tokens of one are taken: whether its keys can be had from here.

import type { Clock } from "../../base/clock.ts";
import type { Config } from "../../config/config.ts";
import { countText } from "../_print.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** Fetches the keys once; nothing to say where no identity provider is configured. */
export async function checkIdentityProvider(
  { auth: { jwt }, limits }: Config,
  clock: Clock,
): Promise<readonly Diagnosis[]> {
  if (jwt === undefined) return [];
  const about = "identity provider";
  const { createKeyDownload } = await import("../../auth/key_download.ts");
  const fetched = await createKeyDownload({ url: jwt.jwks, clock, limits }).fetch();
  if (fetched.kind === "failed") {
    const says = `its keys at ${jwt.jwks} cannot be had, so its tokens are refused: ${fetched.why}`;
    return [{ about, state: "bad", says, todo: "look at auth.jwt.jwks and the way there" }];
  }
  const { keys, ignored } = fetched;
  if (keys.length === 0) {
    const says = `none of the ${
      countText(ignored, "key")
    } at ${jwt.jwks} is for RS256, ES256 or EdDSA`;
    return [{ about, state: "bad", says, todo: "let it sign with one of these" }];
  }
  return [{ about, state: "well", says: `${countText(keys.length, "key")} at ${jwt.jwks}` }];
}
