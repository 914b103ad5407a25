// `car-mcp token`: what it understands. What it does is loaded when it is called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import type { HomeFlags } from "./_command_config.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { TokenCreateFlags } from "./token_create.ts";
import type { TokenListFlags } from "./token_list.ts";
import type { TokenRevokeFlags } from "./token_revoke.ts";

/** Adds the commands to the program; `endWith` takes their exit code. */
export function addTokenCommand(program: Command, endWith: EndWith): void {
  const token = program.command("token").description(
    "give tokens to those who may use this server, and take them back",
  );
  token.command("create").description("give out a token; it is shown once")
    .argument("<principal>", "whom it stands for: a person, a team, an agent")
    .option("--role <name>", "a role, again for each", gather, [])
    .option(
      "--permission <name>",
      "a permission, again for each (default: tools:call and resources:read)",
      gather,
      [],
    )
    .option(
      "--namespace <name>",
      "where it may work, its own first, team/* for all below; again for each (default: everywhere)",
      gather,
      [],
    )
    .option("--expires <when>", "30d, 12h, or a date such as 2027-01-31 (default: never)")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText(
      "after",
      CREATE_HELP,
    )
    .action(async (principal: string, flags: TokenCreateFlags) => {
      const { tokenCreate } = await import("./token_create.ts");
      endWith(await tokenCreate(principal, flags));
    });
  token.command("list").description("say which tokens are out; never the tokens themselves")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .action(async (flags: TokenListFlags) => {
      const { tokenList } = await import("./token_list.ts");
      endWith(await tokenList(flags));
    });
  token.command("revoke").description("take a token back; its sessions end")
    .argument("<id>", "as token list shows it").option(...JSON_FLAG).option(...HOME_FLAG)
    .option(...CONFIG_FLAG)
    .action(async (id: string, flags: TokenRevokeFlags & HomeFlags) => {
      const { tokenRevoke } = await import("./token_revoke.ts");
      endWith(await tokenRevoke(id, flags));
    });
}

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

const CREATE_HELP = `
A token lets its owner in once auth.tokens is true in config.toml. What a role allows is said there,
too, in [[auth.access]].

Examples:
  ${SERVER_NAME} token create ann
  ${SERVER_NAME} token create build-agent --namespace web-shop --namespace 'shared/*' --expires 90d
  ${SERVER_NAME} token create reader --permission tools:call:memory_query --permission resources:read`;
