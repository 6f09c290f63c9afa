import type { LocalCounts, LogCounts } from "../../local/aws/log-counts.ts";
import type { LocalRun } from "../../local/local-run.ts";

/** Counts of the lines that the verifier of a local run has logged since its start. */
export async function localCounts(run: Pick<LocalRun, "counts">): Promise<LogCounts> {
  return await ask(run);
}

/** The times of the starts of the verifier's environments whose first event has an id that begins so, in milliseconds. */
export async function localStarts(run: Pick<LocalRun, "counts">, prefix: string): Promise<readonly number[]> {
  const { starts } = await ask(run);
  return starts.filter(({ id }) => id.startsWith(prefix)).map(({ milliseconds }) => milliseconds);
}

async function ask({ counts }: Pick<LocalRun, "counts">): Promise<LocalCounts> {
  const answer = await fetch(counts);
  if (!answer.ok) throw new Error(`the local run answers ${answer.status} to a question for its counts`);
  return (await answer.json()) as LocalCounts;
}
