// What was found about one thing.

/** One thing that was looked at. */
export interface Diagnosis {
  readonly about: string;
  /** `bad`: it does not work like this; `note`: it is good to know. */
  readonly state: "well" | "note" | "bad";
  readonly says: string;
  /** What helps. */
  readonly todo?: string;
}
