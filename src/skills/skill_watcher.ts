// The port of whoever wants to hear of every change of skills, by this process and, as soon as the engine
// follows them, by others (`Skills.watch`).

/** What happened to a skill. */
export interface SkillChange {
  readonly namespace: string;
  readonly name: string;
  /** Whether it may be new. */
  readonly isListChange: boolean;
}

/** Takes a change after every reading sees it; must not throw. */
export type SkillWatcher = (change: SkillChange) => void;
