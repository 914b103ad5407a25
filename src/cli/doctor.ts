// `car-mcp doctor`: looks at everything that has to fit for clients to share a memory, and says what to
// do about what does not. Changes nothing.

import { WAITING_CLOCK } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { loadConfig } from "../config/config.ts";
import type { HomeFlags } from "./_command_config.ts";
import { readEnvironment } from "./_environment.ts";
import { print } from "./_print.ts";
import { printable } from "./_printable.ts";
import { emphasized, screenHere } from "./_table.ts";
import { checkClients } from "./doctor/clients.ts";
import { checkDaemon } from "./doctor/daemon.ts";
import { checkDatabase, checkHome, checkPolicies } from "./doctor/home.ts";
import { checkUsers } from "./doctor/users.ts";
import type { Diagnosis } from "./doctor/diagnosis.ts";
import { checkIdentityProvider } from "./doctor/identity_provider.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `doctor`, as given. */
export interface DoctorFlags extends HomeFlags {
  readonly project?: string;
  readonly json?: boolean;
}

/** Prints what was found; resolves with the exit code. */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const diagnoses = await examine(flags);
  const isWell = diagnoses.every(({ state }) => state !== "bad");
  if (flags.json === true) {
    await print(`${JSON.stringify({ is_well: isWell, diagnoses })}\n`);
  } else await print(textOf(diagnoses));
  return isWell ? EXIT.done : EXIT.denied;
}

async function examine({ home, config: file, project }: DoctorFlags): Promise<Diagnosis[]> {
  try {
    const config = loadConfig({ flags: { home, config: file }, environment: readEnvironment() });
    return [
      { about: "configuration", state: "well", says: "it can be read" },
      checkHome(config.home),
      await checkDatabase(config),
      await checkPolicies(config),
      ...await checkIdentityProvider(config, WAITING_CLOCK),
      await checkDaemon(config, WAITING_CLOCK),
      ...checkUsers(config),
      ...checkClients(project),
    ];
  } catch (thrown) {
    // Without the configuration nothing else is known to be meant.
    const todo = "change it there, then run this again";
    return [{ about: "configuration", state: "bad", says: messageOf(thrown), todo }];
  }
}

const SIGNS = { well: "ok  ", note: "note", bad: "BAD " } as const;

function textOf(diagnoses: readonly Diagnosis[]): string {
  const screen = screenHere();
  const lines = diagnoses.flatMap(({ about, state, says, todo }) => [
    `${state === "bad" ? emphasized(SIGNS.bad, screen) : SIGNS[state]}  ${about}: ${says}`,
    ...(todo === undefined ? [] : [`      to do: ${todo}`]),
  ]);
  return printable(`${lines.join("\n")}\n`);
}
