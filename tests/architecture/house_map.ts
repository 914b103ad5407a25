// `src/README.md` is the map of the house: a line for each folder, and no line for a folder that is
// gone. A line counts when a folder's name with its slash is the first thing on it, be it in a table,
// a list or a drawn tree.

/** What the map says and what is there. */
export interface HouseMap {
  /** The text of `src/README.md`; empty when there is none. */
  readonly text: string;
  /** The folders directly inside `src/`. */
  readonly folders: readonly string[];
}

/** Complaints about folders without a line and lines without a folder. */
export function checkHouseMap({ text, folders }: HouseMap): readonly string[] {
  const named = namedFolders(text);
  const missing = folders.filter((folder) => !named.has(folder));
  const stale = [...named].filter((folder) => !folders.includes(folder));
  return [
    ...missing.map((folder) =>
      `src/${folder}/ has no line in src/README.md: start one with \`${folder}/\``
    ),
    ...stale.map((folder) => `src/README.md has a line for src/${folder}/, which does not exist`),
  ];
}

function namedFolders(text: string): ReadonlySet<string> {
  const lines = text.split("\n").map((line) =>
    /^[\s|*-]*`?([a-z][a-z0-9_]*)\/`?(\s|\||:|$)/.exec(line)
  );
  return new Set(lines.flatMap((match) => match?.[1] ?? []));
}
