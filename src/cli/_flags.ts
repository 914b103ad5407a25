// Flags that mean the same wherever they are understood.

/** Which home is meant. */
export const HOME_FLAG = [
  "--home <folder>",
  "where everything is kept, absolute (default: ~/.car)",
] as const;

/** Which configuration file is read. */
export const CONFIG_FLAG = [
  "--config <file>",
  "configuration file (default: config.toml in the home)",
] as const;

/** For programs that read the answer. */
export const JSON_FLAG = ["--json", "print the answer as JSON"] as const;

/** In which namespace a command looks. */
export const NAMESPACE_FLAG = [
  "--namespace <name>",
  "which namespace (default: default)",
] as const;

/** Takes the exit code of a command. */
export type EndWith = (exitCode: number) => void;
