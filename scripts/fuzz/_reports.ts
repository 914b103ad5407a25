// What the process that tries inputs is told, and what it says.

/** What it is to do, with a target of a module that exports them as `FUZZ_TARGETS`. */
export type ChildOrder =
  & TargetPlace
  & (
    | {
      readonly kind: "try";
      readonly seed: number;
      /** The number of the first input. */
      readonly first: number;
      /** How long it tries. */
      readonly ms: number;
      readonly progressPath: string;
      /** Where an input goes that breaks a promise. */
      readonly failurePath: string;
    }
    /** One input out of a file. */
    | { readonly kind: "replay"; readonly path: string }
  );

/** Where a target is. */
export interface TargetPlace {
  /** Its name. */
  readonly target: string;
  /** The URL of the module. */
  readonly module: string;
  /** Where it says which input is under way. */
  readonly progressPath: string;
}

/** A line that it says. */
export type ChildReport =
  | { readonly kind: "measured"; readonly at: number; readonly heapBytes: number }
  | { readonly kind: "broken"; readonly at: number; readonly message: string }
  | { readonly kind: "done"; readonly inputs: number }
  | { readonly kind: "replayed"; readonly ms: number; readonly message: string | undefined };
