// How a client reaches this server: by a command that it starts, or by a URL. The command is absolute,
// because a client that was started from a desktop has another PATH than a shell, and it must still be
// there tomorrow, which nothing inside the cache of a package manager is.

import { CarError } from "../../base/errors.ts";
import type { SelfCommand } from "../self_command.ts";

/** What a client starts, or where it connects. */
export type Reach =
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] }
  | {
    readonly kind: "url";
    readonly url: string;
    /** What every request carries. */
    readonly headers: Readonly<Record<string, string>>;
  };

// npx, bunx, pnpm dlx, yarn dlx and what the runtimes themselves download.
const CACHES: readonly RegExp[] = [
  /[\\/]_npx[\\/]/,
  /[\\/]_cacache[\\/]/,
  /[\\/]bunx-[^\\/]*[\\/]/,
  /[\\/]\.bun[\\/]install[\\/]cache[\\/]/,
  /[\\/]pnpm[\\/](dlx|store)/,
  /[\\/]\.yarn[\\/](berry[\\/])?cache[\\/]/,
  /[\\/]xfs-[0-9a-f]+[\\/]dlx-/,
  /[\\/]deno[\\/]npm[\\/]/,
];

/**
 * The command that starts a bridge, with its arguments. Throws CarError `unsupported` when it would lie
 * in the cache of a package manager.
 */
export function bridgeCommand({ command, args: own }: SelfCommand, args: readonly string[]): Reach {
  for (const path of [command, ...own]) {
    if (!CACHES.some((cache) => cache.test(path))) continue;
    throw new CarError(
      "unsupported",
      `Cannot connect a client to "${path}": it lies in the cache of a package manager, which may ` +
        "empty it at any time. Run this by an executable (deno task compile:bun) or by a runtime " +
        "that is installed, or use --http",
    );
  }
  return { kind: "command", command, args: [...own, "stdio", ...args] };
}
