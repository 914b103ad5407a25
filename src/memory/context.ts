// A context: what a model should know before it starts on a query, as one text in six parts.

/** The parts of a context, in their order. */
export type ContextSectionName =
  | "identity"
  | "constraints"
  | "skills"
  | "facts"
  | "environment"
  | "open_questions";

/** A skill that suits the query; the memory knows none by itself. */
export interface ContextSkill {
  readonly name: string;
  readonly description?: string;
}

/** What a context is wanted for. */
export interface ContextRequest {
  readonly query: string;
  /** `fast` leaves out skills, what facts lead to and what they were before. Default `full`. */
  readonly mode?: "full" | "fast";
  /** Estimated tokens of the text; identity and constraints may go beyond. Default 8,000. */
  readonly maxTokens?: number;
  /** The model's window, from which the budget follows when `maxTokens` is absent. */
  readonly windowTokens?: number;
  /** Bytes that nothing may go beyond; absent: no bound. */
  readonly bytesMax?: number;
  /** Skills that suit the query, best first; at most six are shown. */
  readonly skills?: readonly ContextSkill[];
}

/** What one part holds. */
export interface ContextSection {
  readonly name: ContextSectionName;
  readonly entries: number;
  /** Estimated. */
  readonly tokens: number;
  /** Entries that belong here and did not fit. */
  readonly leftOut: number;
}

/** A context. The same memory and request give the same text. */
export interface Context {
  readonly text: string;
  /** Estimated. */
  readonly tokens: number;
  /** Those that hold something, in order. */
  readonly sections: readonly ContextSection[];
}
