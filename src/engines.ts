// The engines part of the composition root: the database of a home and what is built on it. Only
// `app.ts` calls it; it is a file of its own because a wire does not care how an engine is opened.

import { Sealer } from "./auth/sealer.ts";
import type { UsedStates } from "./auth/used_states.ts";
import type { Clock } from "./base/clock.ts";
import type { ErasedText } from "./base/erased_texts.ts";
import { CarError } from "./base/errors.ts";
import type { Limits } from "./base/limits.ts";
import type { Config } from "./config/config.ts";
import type { CopyHolder, ErasedFact } from "./memory/copy_holder.ts";
import type { FactDirectory } from "./memory/fact_directory.ts";
import { type MemoryEngine, openMemory } from "./memory/engine.ts";
import type { Log } from "./observe/log.ts";
import { openPolicies, type Policies, type PoliciesOptions } from "./policy/policies.ts";
import { openSkills, type Skills } from "./skills/skills.ts";
import { type AuditFile, openAuditFile } from "./storage/audit_file.ts";
import { type Database, openDatabase } from "./storage/database.ts";
import { type FileDecisionLog, openDecisionLog } from "./storage/decision_log.ts";
import { type HomePaths, homePaths } from "./storage/home.ts";
import { policyFolders } from "./storage/policy_folders.ts";
import { createIndexFiles } from "./storage/index_files.ts";
import { createSqliteDirectory } from "./storage/sqlite_directory.ts";
import { createSqliteMemory } from "./storage/sqlite_memory.ts";
import { createSqliteSessions, type SqliteSessions } from "./storage/sqlite_sessions.ts";
import { createSqliteUsedStates } from "./storage/sqlite_used_states.ts";
import { createSqliteSkills } from "./storage/sqlite_skills.ts";
import { createSqliteTasks } from "./storage/sqlite_tasks.ts";
import { openStateKeys } from "./storage/state_key.ts";
import { Tasks } from "./tasks/tasks.ts";

/** The engines of one app, and the files they keep. */
export interface Engines {
  readonly database: Database;
  readonly memory: MemoryEngine;
  /** Facts by what names them. */
  readonly facts: FactDirectory;
  readonly skills: Skills;
  readonly policies: Policies;
  readonly decisions: FileDecisionLog;
  readonly audit: AuditFile;
  readonly tasks: Tasks;
  /** Undefined: sessions end with the process. */
  readonly keptSessions: SqliteSessions | undefined;
  readonly sessionCopies: SessionCopies;
  /** Seals what clients carry for us. */
  readonly sealer: Sealer;
  readonly usedStates: UsedStates;
}

/** What the engines are opened with. */
export interface EngineOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens everything on the database of a home; `opened` closes it again, the other way round. Throws
 * CarError `config_invalid` for a policy file, `home_unusable`, `storage_damaged`, `storage_newer` or
 * `storage_failed`.
 */
export async function openEngines(
  paths: HomePaths,
  { config, clock, log }: EngineOptions,
  opened: AsyncDisposableStack,
): Promise<Engines> {
  const { limits, durability } = config;
  const sealer = openSealer(paths, { config, clock, log });
  const usedStates = createSqliteUsedStates({
    path: paths.usedStates,
    clock,
    most: limits.usedStatesMax,
  });
  opened.defer(() => usedStates.close());
  const policies = await openHomePolicies(config.home, {
    limits,
    clock,
    onFault: ({ path, complaint }) => log.error("policy_load_failed", { path, complaint }),
  });
  const decisions = openDecisionLog({
    path: paths.decisions,
    clock,
    bytesMax: limits.decisionLogBytesMax,
    onFault: (complaint, lines) => log.error("decisions_lost", { complaint, lines }),
  });
  opened.defer(() => decisions.close());
  const audit = openAudit(paths, { config, clock, log });
  const database = openDatabase({ path: paths.database, limits, durability });
  opened.defer(() => database.close());
  const keptSessions = config.persistSessions ? openKeptSessions(paths, log) : undefined;
  opened.defer(() => keptSessions?.close());
  const sessionCopies = new SessionCopies(keptSessions);
  const tasks = openTasks(paths, { config, clock, log }, opened);
  const memory = await openMemory({
    store: createSqliteMemory(database),
    clock,
    limits,
    snapshotFiles: createIndexFiles({
      folder: paths.indexFolder,
      onIgnored: (path, why) => log.warn("index_ignored", { path, why }),
    }),
    copyHolders: [sessionCopies, copiesOf(tasks)],
    audit,
    onFault: (thrown) => log.error("fault", { where: "memory", ...kindOf(thrown) }),
  });
  opened.defer(() => memory.close());
  const skills = openSkills({ store: createSqliteSkills(database), clock, limits, audit });
  opened.defer(() => skills.close());
  const facts = createSqliteDirectory(database);
  const engines = { database, memory, facts, skills, policies, decisions, audit, tasks };
  return { ...engines, keptSessions, sessionCopies, sealer, usedStates };
}

/** What the policies of a home are opened with. */
export interface HomePoliciesOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  /** Is told of each fault of a policy file that is met later on, once. */
  readonly onFault: PoliciesOptions["onFault"];
}

/** Reads the policies of a home; throws CarError `config_invalid` that names file, key and line. */
export function openHomePolicies(
  home: string,
  { limits, clock, onFault }: HomePoliciesOptions,
): Promise<Policies> {
  return openPolicies({
    files: policyFolders(limits),
    homeFolder: homePaths(home).policies,
    rulesMax: limits.policyRulesMax,
    projectsMax: limits.policyProjectsMax,
    clock,
    onFault,
  });
}

function openSealer(paths: HomePaths, { config, clock, log }: EngineOptions): Sealer {
  const keys = openStateKeys({
    path: paths.stateKey,
    clock,
    onSetAside: (path) => log.warn("state_key_set_aside", { path }),
  });
  return new Sealer({ keys, sealedCharsMax: config.limits.sealedCharsMax });
}

function openAudit(paths: HomePaths, { config, clock, log }: EngineOptions): AuditFile {
  const { auditLogBytesMax: bytesMax, auditLogFilesMax: oldFilesMax } = config.limits;
  return openAuditFile({
    ...{ path: paths.audit, bytesMax, oldFilesMax, clock },
    onFault: (complaint) => log.error("audit_lost", { complaint }),
    onRecovered: (lines) => log.warn("audit_resumed", { lines }),
  });
}

function openTasks(
  paths: HomePaths,
  { config, clock, log }: EngineOptions,
  opened: AsyncDisposableStack,
): Tasks {
  const store = createSqliteTasks({
    path: paths.tasks,
    onSetAside: ({ path, cause }) => log.warn("tasks_set_aside", { path, ...kindOf(cause) }),
  });
  opened.defer(() => store.close());
  const tasks = new Tasks({
    store,
    clock,
    limits: config.limits,
    onFault: (thrown) => log.error("fault", { where: "tasks", ...kindOf(thrown) }),
  });
  opened.defer(() => tasks.close());
  return tasks;
}

function openKeptSessions(paths: HomePaths, log: Log): SqliteSessions {
  return createSqliteSessions({
    path: paths.sessions,
    onSetAside: ({ path, cause }) => log.warn("sessions_set_aside", { path, ...kindOf(cause) }),
  });
}

/** Sessions that live, as far as forgetting goes. */
export interface LiveSessions {
  /** Drops the messages that hold one of these texts, here and in the store. */
  forgetTexts(texts: readonly ErasedText[]): void;
}

/** What sessions hold of facts: events are kept to be sent again, with what tools have answered. */
export class SessionCopies implements CopyHolder {
  readonly #kept: SqliteSessions | undefined;
  #live: LiveSessions | undefined;

  constructor(kept: SqliteSessions | undefined) {
    this.#kept = kept;
  }

  /** Makes the sessions that live forget, too. */
  attach(live: LiveSessions): void {
    this.#live = live;
  }

  forget(erased: readonly ErasedFact[] | undefined): boolean {
    const texts = textsOf(erased);
    // Until there are live ones, nobody but the file holds any.
    if (this.#live !== undefined) this.#live.forgetTexts(texts);
    else this.#kept?.eraseEvents(texts);
    return true;
  }
}

/** What tasks hold of facts: results that wait to be fetched, and questions. */
function copiesOf(tasks: Tasks): CopyHolder {
  return {
    forget(erased) {
      tasks.forget(textsOf(erased));
      return true;
    },
  };
}

// The empty text is in every message.
function textsOf(erased: readonly ErasedFact[] | undefined): readonly ErasedText[] {
  return erased?.flatMap(({ id = "", subject = "", body }) =>
    // The URI of a fact holds its id in another form.
    body === undefined ? [""] : [{ word: id }, { word: encodeURIComponent(id) }, subject, body]
  ) ?? [""];
}

// Name and code of a fault tell its kind; its message may hold what a user wrote.
function kindOf(thrown: unknown): { readonly name: string; readonly code: string | undefined } {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return { name, code: thrown instanceof CarError ? thrown.code : undefined };
}
