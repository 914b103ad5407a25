// How a mounted server is reached: the command of a child process, or the URL of an endpoint. Secrets
// stand here in clear, so a launch is never logged nor shown.

/** A server that is started as a child. */
export interface CommandLaunch {
  readonly kind: "command";
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/** A server that is reached over Streamable HTTP. */
export interface UrlLaunch {
  readonly kind: "url";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Either way to a mounted server. */
export type Launch = CommandLaunch | UrlLaunch;
