// The port to where mounted servers are configured: files `NAME.toml` that a person or the command line
// writes.

/** A file as it was found. */
export interface FoundUpstream {
  /** The name of the file without its ending. */
  readonly name: string;
  readonly path: string;
  /** Its text, or why it cannot be read. */
  readonly content: { readonly text: string } | { readonly complaint: string };
}

/** Finds the files. */
export interface UpstreamFiles {
  /** All files by name; none where the folder does not exist. Throws CarError `config_invalid`. */
  read(): readonly FoundUpstream[];
  /** A text that changes when a file comes, goes or is written. Cheap. */
  stamp(): string;
}

/** Takes what mounted servers write to stderr. */
export interface UpstreamLogs {
  /** Adds a line to the log of a server; never waits and never throws. */
  write(name: string, line: string): void;
}
