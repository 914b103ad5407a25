// `car-mcp upstream import`: mounts what other clients have configured, in one step.

import { homedir } from "node:os";
import { isDeepStrictEqual } from "node:util";
import process from "node:process";
import type { Config } from "../config/config.ts";
import {
  daemonUrl,
  type FoundClient,
  listUpstreams,
  readClients,
  writeUpstream,
} from "../upstream_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, plainText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `upstream import`, as given. */
export interface UpstreamImportFlags extends HomeFlags {
  readonly from: readonly string[];
  readonly dryRun?: boolean;
  readonly replace?: boolean;
}

/** Imports and prints what became of each server; resolves with the exit code. */
export async function upstreamImport(flags: UpstreamImportFlags): Promise<number> {
  const config = commandConfig(flags);
  const clients = readClients({ userFolder: homedir(), project: process.cwd() }, flags.from);
  let mounted = 0;
  let isWhole = true;
  for (const client of clients) {
    await print(`${client.client} (${client.path})\n`);
    if (client.found === undefined) {
      isWhole = false;
      await print("  cannot be read\n");
      continue;
    }
    for (const { name, why } of client.found.skipped) {
      await print(`  ${plainText(name)}: left out, ${why}\n`);
    }
    for (const server of client.found.servers) {
      const outcome = importOne(config, server, flags);
      if (outcome === "mounted") mounted++;
      await print(`  ${server.name}: ${outcome}\n`);
    }
  }
  const would = flags.dryRun === true ? "would be " : "";
  await print(`${countText(mounted, "server")} ${would}mounted\n`);
  return isWhole ? EXIT.done : EXIT.fault;
}

type Server = NonNullable<FoundClient["found"]>["servers"][number];

function importOne(config: Config, { name, target }: Server, flags: UpstreamImportFlags): string {
  if (target.kind === "url" && target.url === daemonUrl(config)) {
    return "left out, it is this server";
  }
  const there = listUpstreams(config).find((listed) => listed.name === name);
  if (there !== undefined) {
    const { file } = there;
    if (!("complaint" in file) && isDeepStrictEqual(file.target, target)) return "is there already";
    if (flags.replace !== true) {
      return "left out, another server has the name; --replace replaces it";
    }
  }
  if (flags.dryRun !== true) writeUpstream(config, name, { target, replaces: true });
  return "mounted";
}
