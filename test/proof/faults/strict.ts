import type { Journal } from "../simulation/promises/journal.ts";
import type { Scenario } from "./scenarios.ts";

/** Where nothing but the ingress records was unwell, a delivery is taken: a provider may never try again. */
export function checkOpen({ verifications, answers, broken }: Journal): void {
  for (const invocation of verifications.keys()) {
    if (invocation.faults.some((fault) => !tableUnwell.test(fault))) continue;
    const status = answers.find((answered) => answered.invocation === invocation)?.status ?? "none";
    if (status !== 200) broken.push(`the table alone was unwell, and the answer was ${status}`);
  }
}

/** An invocation that waits for the table until Lambda kills it counts as one whose table was unwell. */
const tableUnwell =
  /^((throttle|hang|timeout without effect|effect, then timeout) at dedupe\.(claim|read|mark)$|killed)/;

/** Where there was no fault, everything happens once: a copy for each queue, and the runs that the processor asks for. */
export function checkClean(scenario: Scenario, { answers, arrivals, promised, runs, effects, broken }: Journal): void {
  if (answers.length !== 1) broken.push(`${answers.length} deliveries without any fault`);
  for (const [place, { copies }] of arrivals) {
    const sent = promised.get(place)?.replay === undefined ? 1 : scenario.replays;
    if (copies !== sent) broken.push(`${place} had ${copies} copies without any fault`);
    if (runs.get(place) !== scenario.runs) broken.push(`${place} had ${runs.get(place)} runs without any fault`);
    const found = effects.filter(({ queue, identity }) => `${queue} ${identity}` === place).length;
    if (found > 1) broken.push(`${place} had ${found} effects without any fault`);
  }
}
