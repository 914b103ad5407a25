// The port to where policies are kept. Folders hold files `*.toml`; which folders count for a project is
// found by looking at the file system, so it is part of the port as well.

/** A folder of policies as it was read. */
export interface PolicyFolder {
  readonly path: string;
  readonly exists: boolean;
  /** The files in the order of their names; empty when the folder does not exist. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** Finds and reads policies. */
export interface PolicyFiles {
  /**
   * The folders that count for a project, from the root of its repository down to it, whether or not
   * they exist; undefined when the project is no folder that can be looked at.
   */
  projectFolders(project: string): readonly string[] | undefined;
  /** A text that changes when a file in one of the folders comes, goes or is written. Cheap. */
  stampOf(folders: readonly string[]): string;
  /** Reads a folder; throws CarError `config_invalid` for what cannot be read or is too much. */
  read(folder: string): PolicyFolder;
}
