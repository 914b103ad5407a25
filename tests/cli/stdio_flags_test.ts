// The two readers of the command line of `stdio`: the quick one for what hosts write, and the package
// that reads all others. They understand the same.

import assert from "node:assert/strict";
import { Command } from "commander";
import { plainStdioFlags } from "../../src/cli/_stdio_flags.ts";
import { addStdioCommand } from "../../src/cli/_stdio_command.ts";

/** The `stdio` of the package that reads command lines, which hands its flags to `take`. */
function stdioCommand(take: (flags: unknown) => void): Command {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addStdioCommand(program, () => {});
  const [command] = program.commands;
  assert.ok(command !== undefined);
  return command.exitOverride().action(take);
}

function flagsByPackage(args: readonly string[]): unknown {
  let taken: unknown;
  const command = stdioCommand((flags) => void (taken = flags));
  command.parse(args.slice(1), { from: "user" });
  return taken;
}

const PLAIN: readonly string[] = [
  "stdio",
  "stdio --home /a",
  "stdio --home=/a",
  "stdio --home /a --home /b",
  "stdio --no-start",
  "stdio --embedded",
  "stdio --url https://car.example/mcp --token-env CAR_TOKEN",
  "stdio --namespace auto --no-start --home /a",
  "stdio --namespace=",
];

for (const line of PLAIN) {
  Deno.test(`plainStdioFlags() reads "${line}" as the package does`, () => {
    const args = line.split(" ");
    assert.deepEqual({ ...plainStdioFlags(args) }, flagsByPackage(args));
  });
}

const NOT_PLAIN: readonly string[] = [
  "",
  "serve",
  "--version",
  "--home /a stdio",
  "stdio --help",
  "stdio -h",
  "stdio --nonsense",
  "stdio --home",
  "stdio --home --embedded",
  "stdio --embedded=yes",
  "stdio --start",
  "stdio extra",
];

for (const line of NOT_PLAIN) {
  Deno.test(`plainStdioFlags() leaves "${line}" to the package`, () => {
    assert.equal(plainStdioFlags(line.split(" ").filter((arg) => arg !== "")), undefined);
  });
}

Deno.test("plainStdioFlags() knows every flag of stdio", () => {
  for (const option of stdioCommand(() => {}).options) {
    const args = ["stdio", String(option.long), ...(option.required ? ["value"] : [])];
    assert.notEqual(plainStdioFlags(args), undefined, option.flags);
  }
});
