// The tools of the server in the order in which they are listed, written down once.

/** The six that CAR 0.8 had. */
export const CORE_TOOL_NAMES: readonly string[] = [
  "memory_add_fact",
  "memory_query",
  "skill_ingest",
  "skill_list",
  "skill_find",
  "verify",
];

/** All built-in tools. */
export const TOOL_NAMES: readonly string[] = [
  ...CORE_TOOL_NAMES,
  "memory_save_knowledge",
  "memory_save_procedural",
  "memory_update_status",
  "memory_delete",
  "memory_intervene",
  "memory_evaluate",
  "memory_history",
  "memory_build_context",
  "skill_report",
  "simulate",
  "equivalent",
  "optimize",
  "policy_check",
];
