import type { LogCounts } from "../../local/aws/log-counts.ts";
import type { LocalRun } from "../../local/local-run.ts";

/** Counts of the lines that the verifier of a local run has logged since its start. */
export async function localCounts({ counts }: Pick<LocalRun, "counts">): Promise<LogCounts> {
  const answer = await fetch(counts);
  if (!answer.ok) throw new Error(`the local run answers ${answer.status} to a question for its counts`);
  return (await answer.json()) as LogCounts;
}
