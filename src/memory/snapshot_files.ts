// The port of the files in which indexes are kept between two runs. They are a cache: any of them may be
// missing, old, cut short or damaged, and what is read from them is checked before it is used.

/** A file that is read. */
export interface SnapshotSource {
  readonly bytes: number;
  /** Fills `into` with what stands from `at` on; false when the file ends before. */
  read(into: Uint8Array<ArrayBuffer>, at: number): boolean;
  close(): void;
}

/** A file that is written; nobody sees it before `commit`. */
export interface SnapshotTarget {
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  /** Puts it, once it is on disk, in the place of the one before; false when it was removed meanwhile. */
  commit(): Promise<boolean>;
  /** Throws away what was written; does nothing after `commit`. */
  abandon(): void;
}

/** One file for each namespace. Everything throws what the system says when a file cannot be used. */
export interface SnapshotFiles {
  /** The file of a namespace; undefined when there is none. */
  open(namespace: string): SnapshotSource | undefined;
  create(namespace: string): SnapshotTarget;
  /** Removes the file of a namespace, or all files, and what was never committed. */
  remove(namespace: string | undefined): void;
  /**
   * Removes what processes that were killed never committed. What another one is writing goes, too: its
   * `commit` says so.
   */
  removeUnfinished(): void;
  /** Is told that the file of a namespace was not used, and why. */
  ignored(namespace: string, why: string): void;
}
