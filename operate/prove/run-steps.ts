import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { NotSeenError, type Proving, type Step } from "./proving.ts";

/** A step that was run, or was not. */
export type Row = {
  readonly step: string;
  readonly claim: string;
  /** The commands that were run, as they are typed. */
  readonly commands: readonly string[];
  readonly seen: string;
  readonly outcome: "passed" | "failed" | "not tried";
  readonly seconds: number;
};

/**
 * Runs steps one after the other. One that fails leaves out those that need it, and no others.
 *
 * @param given.noted Returns the commands that were noted since it was asked before.
 * @param given.signal Ends it before the next step.
 */
export async function runSteps<Given extends Proving>(
  steps: readonly Step<Given>[],
  proving: Given,
  given: {
    readonly noted: () => readonly string[];
    readonly signal?: AbortSignal;
    readonly onStart?: (step: Step<Given>) => void;
    readonly onRow?: (row: Row) => void;
  },
): Promise<readonly Row[]> {
  const { noted, signal, onStart = () => {}, onRow = () => {} } = given;
  const rows: Row[] = [];
  const passed = new Set<string>();
  for (const step of steps) {
    const { name, claim, needs } = step;
    const missing = needs.filter((one) => !passed.has(one));
    const why = signal?.aborted ? "it was interrupted" : `it needs ${missing.join(", ")}`;
    const begun = performance.now();
    let seen = why;
    let outcome: Row["outcome"] = "not tried";
    if (missing.length === 0 && !signal?.aborted) {
      onStart(step);
      try {
        seen = await step.run(proving);
        outcome = "passed";
        passed.add(name);
      } catch (error) {
        seen = error instanceof NotSeenError ? error.message : errorText(error);
        outcome = "failed";
      }
    }
    const seconds = Math.round((performance.now() - begun) / 1000);
    const row: Row = { step: name, claim, commands: noted(), seen, outcome, seconds };
    rows.push(row);
    onRow(row);
  }
  return rows;
}
