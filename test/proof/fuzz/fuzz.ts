import { checkBatch } from "./batches.ts";
import { createEdge } from "./edge.ts";
import { changedEnvelope, checkEnvelope } from "./envelopes.ts";
import { createEveryProvider } from "./every-provider.ts";
import { checkParsers } from "./parsers.ts";

/** What a run of the fuzz came to. */
export type Result = {
  readonly requests: number;
  /** How many requests were given each outcome or reason. */
  readonly answers: Readonly<Record<string, number>>;
  readonly parses: number;
  readonly envelopes: number;
  readonly batches: number;
  /** Requests of any provider there is. */
  readonly others: number;
  /** What does not hold, each with what repeats it; no more than 20. */
  readonly failures: readonly string[];
};

const most = 20;

/**
 * Sends `count` changed requests through the whole Lambda, over memory that never fails, and beside them changed texts
 * to the parsers, changed envelopes to the processor's side, and changed requests of all providers, of which less is foretold. Each answer is compared with the one right answer, which
 * is read without any of the code under test. The same seed gives the same run.
 *
 * @param first The step to begin with: the failures name theirs. A step's request is made of seed and step alone.
 */
export async function fuzz(seed: number, count: number, first = 0): Promise<Result> {
  const edge = createEdge(seed);
  const answers: Record<string, number> = {};
  const failures: string[] = [];
  const everyProvider = createEveryProvider(seed);
  const made = { parses: 0, envelopes: 0, batches: 0, others: 0 };
  const fail = (step: number, wrong: readonly string[]) => {
    for (const text of wrong) failures.push(`seed ${seed}, step ${step}: ${text}`);
  };
  for (let step = first; step < first + count && failures.length < most; step += 1) {
    const { said, wrong } = await edge.deliver(step);
    answers[said] = (answers[said] ?? 0) + 1;
    fail(step, wrong);
    if (step % 2 === 0) {
      made.parses += 1;
      fail(step, checkParsers(seed, step));
    }
    if (step % 2 === 1) {
      made.others += 1;
      fail(step, await everyProvider.deliver(step));
    }
    if (step % 4 === 0) {
      made.envelopes += 1;
      fail(step, checkEnvelope(changedEnvelope(seed, step)));
    }
    if (step % 16 === 0) {
      made.batches += 1;
      fail(step, await checkBatch(seed, step));
    }
  }
  const requests = Object.values(answers).reduce((sum, number) => sum + number, 0);
  return { requests, answers, ...made, failures: failures.slice(0, most) };
}
