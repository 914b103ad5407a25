// Fetches the key set of an identity provider from the address in the configuration, and from nowhere
// else: no token names an address, and no answer leads to another one.

import type { Clock } from "../base/clock.ts";
import { describeFetchFault, discard, textWithin } from "../base/http_bodies.ts";
import { scanJson } from "../base/json_scan.ts";
import type { Limits } from "../base/limits.ts";
import type { FetchedKeys, KeySource } from "./key_set.ts";
import { readKeySet } from "./verifying_keys.ts";

/** What is fetched, and how much of it. */
export interface KeyDownloadOptions {
  /** The address of the key set; whether it may be asked is decided where it is configured. */
  readonly url: string;
  readonly clock: Clock;
  readonly limits: Limits;
}

const ACCEPT = "application/jwk-set+json, application/json";
const LATE = "It did not answer in time";
const CLOSED = "It was not waited for";

/** A source of keys over HTTP. */
export function createKeyDownload(options: KeyDownloadOptions): KeySource {
  const running = new Set<AbortController>();
  return {
    async fetch() {
      const abort = new AbortController();
      running.add(abort);
      const { clock, limits } = options;
      const cancel = clock.after(limits.keySetFetchMs, () => abort.abort(LATE));
      try {
        return await download(options, abort.signal);
      } catch (thrown) {
        const { aborted, reason } = abort.signal;
        return failed(aborted ? String(reason) : describeFetchFault(thrown));
      } finally {
        cancel();
        running.delete(abort);
      }
    },
    close() {
      for (const abort of running) abort.abort(CLOSED);
    },
  };
}

async function download(
  { url, limits }: KeyDownloadOptions,
  signal: AbortSignal,
): Promise<FetchedKeys> {
  const response = await fetch(url, { redirect: "manual", signal, headers: { accept: ACCEPT } });
  if (response.status !== 200) {
    await discard(response);
    return failed(`It answered with status ${response.status}, not 200`);
  }
  const text = await textWithin(response, limits.keySetBytesMax);
  if (text === undefined) return failed(`It sent more than ${limits.keySetBytesMax} bytes`);
  const document = parsed(text, limits);
  const reading = await readKeySet(document, limits.keySetKeysMax);
  return reading === undefined ? failed("It sent no key set") : { kind: "keys", ...reading };
}

function parsed(text: string, limits: Limits): unknown {
  const bounds = { depthMax: limits.jsonDepthMax, valuesMax: limits.jsonValuesMax };
  if (scanJson(text, bounds) !== undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A page for people, perhaps; in any case no key set.
    return undefined;
  }
}

function failed(why: string): FetchedKeys {
  return { kind: "failed", why };
}
