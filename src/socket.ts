// The part of the composition root that opens the socket of the endpoint: a plain one, or one that speaks TLS
// and looks after its certificate. What changes in the two files is shown to new connections a few seconds
// later, once both fit together; until then, and while they cannot be used, the one before is shown.

import { type CancelTimer, type Clock, WAITING_CLOCK } from "./base/clock.ts";
import { CarError, messageOf } from "./base/errors.ts";
import type { Config } from "./config/config.ts";
import type { TlsConfig } from "./config/tls.ts";
import type { HttpHandler } from "./http/handler.ts";
import { listen, type Listener, type ListenOptions } from "./http/listen.ts";
import { listenRenewed, type RenewedListener } from "./http/renewed_listener.ts";
import type { Log } from "./observe/log.ts";
import { readTlsFiles, type TlsFiles, tlsStamp } from "./storage/tls_files.ts";

/** Options of `openSocket`. */
export interface SocketOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly handler: HttpHandler;
}

/** How often the files are looked at. */
export const LOOK_EVERY_MS = 5_000;

/** Opens the socket; throws as `listen`, and CarError `config_invalid` that names the file at fault. */
export function openSocket({ config, clock, log, handler }: SocketOptions): Listener {
  const { bind, tls } = config;
  if (tls === undefined) return listen({ ...bind, handler });
  return new TlsSocket(tls, { options: { ...bind, handler }, clock, log });
}

interface TlsSocketParts extends Pick<SocketOptions, "clock" | "log"> {
  readonly options: ListenOptions;
}

class TlsSocket implements Listener {
  readonly #paths: TlsConfig;
  readonly #parts: TlsSocketParts;
  readonly #listener: RenewedListener;
  #stamp: string;
  #cancelLook: CancelTimer;
  #isStopped = false;

  constructor(paths: TlsConfig, parts: TlsSocketParts) {
    this.#paths = paths;
    this.#parts = parts;
    // Before the files are read: what changes meanwhile is seen at the first look.
    this.#stamp = tlsStamp(paths);
    const files = readTlsFiles(paths);
    if (files.kind === "refused") throw unusable(files);
    // While no socket is open nothing but this wait keeps the process alive.
    const { cert, key } = files;
    const options = { ...parts.options, certificate: { cert, key }, clock: WAITING_CLOCK };
    this.#listener = listenRenewed(options);
    this.#cancelLook = this.#lookLater();
  }

  get port(): number {
    return this.#listener.port;
  }

  stop(): Promise<void> {
    this.#end();
    return this.#listener.stop();
  }

  abort(): Promise<void> {
    this.#end();
    return this.#listener.abort();
  }

  #end(): void {
    this.#isStopped = true;
    this.#cancelLook();
  }

  #lookLater(): CancelTimer {
    return this.#parts.clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const stamp = tlsStamp(this.#paths);
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      await this.#renew(readTlsFiles(this.#paths));
    }
    if (!this.#isStopped) this.#cancelLook = this.#lookLater();
  }

  async #renew(files: TlsFiles): Promise<void> {
    const { log } = this.#parts;
    if (files.kind === "refused") {
      log.warn("certificate_refused", { complaint: files.complaint });
      return;
    }
    try {
      const { cert, key, validTo } = files;
      await this.#listener.renew({ cert, key });
      log.info("certificate_renewed", { validTo });
    } catch (thrown) {
      log.error("certificate_refused", { complaint: messageOf(thrown) });
      // While somebody else has the port nothing is served: it is tried again at every look.
      if (thrown instanceof CarError && thrown.code === "address_in_use") this.#stamp = "";
    }
  }
}

function unusable({ file, complaint }: Extract<TlsFiles, { kind: "refused" }>): CarError {
  const key = file === "cert" ? "http.tlsCert" : "http.tlsKey";
  const message = `Configuration key "${key}": ${complaint}`;
  return new CarError("config_invalid", message, { data: { key } });
}
