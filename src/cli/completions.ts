// `car-mcp completions`: a script that completes commands and flags in a shell, made from the commands
// themselves.

import type { Command } from "commander";
import { CarError } from "../base/errors.ts";
import { SERVER_NAME } from "../base/version.ts";
import { print } from "./_print.ts";
import { CLIENTS } from "./connect/clients.ts";
import { EXIT } from "./exit_codes.ts";

/** What may come behind a command. */
interface Place {
  /** The command with those above it, the program first. */
  readonly path: string;
  readonly words: readonly string[];
}

/** Prints the script for a shell; resolves with the exit code. */
export async function completions(shell: string, program: Command): Promise<number> {
  const places = placesOf(program, SERVER_NAME);
  const script = scriptOf(shell, places);
  if (script === undefined) {
    throw new CarError(
      "invalid_argument",
      `Unknown shell "${shell}"; known are bash, zsh and fish`,
    );
  }
  await print(script);
  return EXIT.done;
}

const SHELLS: readonly string[] = ["bash", "zsh", "fish"];

/** What may stand behind a command that takes one of a few words. */
const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ["connect", CLIENTS.map(({ name }) => name)],
  ["completions", SHELLS],
]);

function scriptOf(shell: string, places: readonly Place[]): string | undefined {
  switch (shell) {
    case "bash":
      return bashScript(places);
    case "zsh":
      return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${
        bashScript(places)
      }`;
    case "fish":
      return fishScript(places);
    default:
      return undefined;
  }
}

function placesOf(command: Command, path: string): readonly Place[] {
  const commands = command.commands.filter((one) => one.name() !== "help");
  const flags = command.options.filter((option) => !option.hidden).flatMap((option) =>
    option.long ?? option.short ?? []
  );
  const values = VALUES.get(command.name()) ?? [];
  const words = [...commands.map((one) => one.name()), ...values, ...flags, "--help"];
  return [
    { path, words },
    ...commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`)),
  ];
}

function bashScript(places: readonly Place[]): string {
  const known = places.slice(1).map(({ path }) => `"${path}"`).join("|");
  const cases = places.map(({ path, words }) => `    "${path}") words="${words.join(" ")}" ;;`);
  return `_car_mcp() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="${SERVER_NAME}" words="" word
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
    case "$path $word" in
      ${known}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _car_mcp ${SERVER_NAME}
`;
}

function fishScript(places: readonly Place[]): string {
  const known = places.slice(1).map(({ path }) => `"${path}"`).join(" ");
  const lines = places.map(({ path, words }) =>
    `complete -c ${SERVER_NAME} -n 'test (__car_mcp_path) = "${path}"' -a "${words.join(" ")}"`
  );
  return `function __car_mcp_path
  set -l path "${SERVER_NAME}"
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case ${known}
        set path "$path $word"
    end
  end
  echo $path
end
${lines.join("\n")}
`;
}
