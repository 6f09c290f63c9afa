import { randomOf } from "../../seed.ts";
import type { Call, Fate } from "./aws/calls.ts";
import { type End, ends } from "./promises/promises.ts";
import { checkRedrive, checkResend } from "./promises/second-chance.ts";
import { type Composition, createSimulatedStack, ours } from "./simulated-stack.ts";
import { goesByBody } from "./sources.ts";
import { behaviourOf, replayNowAndAgain, send, sendAgainAndAgain } from "./traffic.ts";
import { withVirtualGlobals } from "./virtual-globals.ts";
import { createVirtualTime } from "./virtual-time.ts";
import { decideIn, weatherOf } from "./weather.ts";

/** What one seed has shown. */
export type Result = {
  readonly seed: number;
  /** Promises that were broken, each in one line. */
  readonly broken: readonly string[];
  /** Where each promised event was when nothing moved any more, once for every queue that wants it. */
  readonly ends: ReadonlyMap<string, End>;
  readonly answers: readonly { readonly status: number; readonly outcome: string }[];
  readonly faults: number;
  readonly effects: number;
  readonly repeats: number;
  /** Events that were replayed, each counted once for every queue and every replay. */
  readonly replays: number;
  /** What happened, in order: two runs of one seed have the same. */
  readonly history: readonly string[];
};

const start = Date.UTC(2026, 2, 4, 5, 6, 7);
const mostSteps = 200_000;
const attempts = 4;

/**
 * Plays some days of a stack: real modules, and everything around them simulated and unwell. Then the weather clears,
 * the processors are mended, providers resend and an operator redrives, and every promise must have been kept.
 */
export async function simulate(seed: number, composition: Composition = ours): Promise<Result> {
  const random = randomOf(seed);
  const weather = weatherOf(random);
  const time = createVirtualTime(start);
  const behave = behaviourOf(randomOf(seed + 1));
  const decide = decideIn(weather, random);
  const history: string[] = [];
  let clear = false;
  let faults = 0;
  const stack = createSimulatedStack({
    ...{
      time,
      attempts,
      composition,
      lagMilliseconds: weather.lagMilliseconds,
      batchSize: 1 + (seed % 10),
      tables: "dynamodb",
    },
    skew: () => (clear ? 0 : Math.round((2 * random() - 1) * weather.skewMilliseconds)),
    deliversTwice: () => !clear && random() < weather.twiceChance,
    decide(call) {
      const fate = clear ? { milliseconds: 10 } : inTime(call, decide(call));
      if (fate.fault !== undefined || fate.freeze !== undefined) faults += 1;
      history.push(lineOf(time.now() - start, call, fate));
      return fate;
    },
    behave: (queue, identity, run) => (clear ? "succeed" : behave(queue, identity, run)),
  });
  const { journal } = stack;
  /** Bytes and their time say what an event is: a delivery that sleeps for days before it is read is another's. */
  function inTime({ invocation, point }: Call, fate: Fate): Fate {
    const source = journal.verifications.get(invocation)?.source;
    if (source === undefined || !goesByBody(source) || point !== "secrets") return fate;
    const { freeze: _, ...awake } = fate;
    return awake;
  }
  return await withVirtualGlobals(time, random, async () => {
    send(stack, random);
    if (seed % 4 === 0) sendAgainAndAgain(stack, randomOf(seed + 2));
    if (seed % 3 === 0) replayNowAndAgain(stack, randomOf(seed + 3));
    if (!(await time.run(mostSteps))) journal.broken.push("it never ended");
    const found = ends(stack);
    clear = true;
    await checkResend(stack, { mostSteps });
    await checkRedrive(stack, { mostSteps });
    const answers = journal.answers.map(({ status, outcome }) => ({ status, outcome }));
    const { broken, effects, repeats } = journal;
    const replays = [...journal.promised.values()].filter(({ replay }) => replay !== undefined).length;
    return { seed, broken, ends: found, answers, faults, effects: effects.length, repeats, replays, history };
  });
}

function lineOf(milliseconds: number, { point, detail, invocation }: Call, { fault, freeze }: Fate): string {
  const frozen = freeze === undefined ? "" : `freeze of ${freeze.milliseconds} ms ${freeze.when}`;
  return [milliseconds, invocation.name, point, detail, fault, frozen].filter((part) => part).join(" ");
}
