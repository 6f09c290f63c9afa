/** One part of the proof: what was tried, in figures, and what went wrong. */
export type Part = {
  readonly title: string;
  /** What `docs/measured/proof.md` says of it: short paragraphs and tables of figures that were measured in this run. */
  readonly markdown: string;
  /** One line for each thing that does not hold; empty where all is well. */
  readonly failures: readonly string[];
};

/** How much is asked of a part. */
export type Effort = {
  /** `short` is for every change and takes seconds; `full` is for a proof that is published. */
  readonly size: "short" | "full";
  /** What random parts start from: the same seed, the same run. */
  readonly seed: number;
  /** How many seeds or requests, where the part counts in them; default: its own for the size. */
  readonly count?: number;
  /** Says how far it is, for whoever watches. */
  readonly progress: (text: string) => void;
};
