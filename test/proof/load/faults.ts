import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { Outage } from "../../../local/aws/outages.ts";
import type { LocalStack } from "../../../local/run-stack.ts";

/** A process that was killed in whatever it was doing; `at` in milliseconds since 1970, as all times here. */
export type Kill = { readonly at: number; readonly pid: number; readonly target: "verifier" | "processor" };

/** A service that was unwell for a while; `gone` refuses connections. */
export type ServiceOutage = {
  readonly service: "table" | "queues";
  readonly how: Outage | "gone";
  readonly from: number;
  readonly until: number;
};

export type Faults = { readonly kills: readonly Kill[]; readonly outages: readonly ServiceOutage[] };

/** Pauses between faults, in seconds, from a shortest to a longest. */
export type FaultPace = {
  readonly kills: readonly [number, number];
  readonly outages: readonly [number, number];
  /** How long an outage lasts. */
  readonly lasting: readonly [number, number];
};

/**
 * Kills processes and makes services unwell, at random, until `stop`; then everything is well again. Outages of the
 * table and of the queues take no notice of each other, so there are times with both.
 */
export async function makeFaults(
  stack: LocalStack,
  options: {
    readonly pace: FaultPace;
    readonly random: () => number;
    readonly stop: AbortSignal;
    readonly kills: Kill[];
    readonly outages: ServiceOutage[];
  },
): Promise<void> {
  const { pace, random, stop, kills, outages } = options;
  const pause = ([least, most]: readonly [number, number]) =>
    delay((least + (most - least) * random()) * 1000, undefined, { signal: stop }).catch(() => {});

  const kill = async () => {
    for (let turn = 0; ; turn += 1) {
      await pause(pace.kills);
      if (stop.aborted) return;
      const done = killOne(stack, wanted(turn), random);
      if (done !== undefined) kills.push(done);
    }
  };
  /** Of each two in a row one of each kind, whichever comes first. */
  let first: Kill["target"] = "verifier";
  const wanted = (turn: number): Kill["target"] => {
    if (turn % 2 === 0) first = random() < 0.5 ? "verifier" : "processor";
    const second = first === "verifier" ? "processor" : "verifier";
    return turn % 2 === 0 ? first : second;
  };

  const unwell = async (service: ServiceOutage["service"], ways: readonly ServiceOutage["how"][]) => {
    for (let next = Math.floor(ways.length * random()); ; next += 1) {
      await pause(pace.outages);
      const how = ways[next % ways.length];
      if (stop.aborted || how === undefined) return;
      const from = Date.now();
      const comeBack = await begin(stack, service, how);
      await pause(pace.lasting);
      await comeBack();
      outages.push({ service, how, from, until: Date.now() });
    }
  };
  await Promise.all([
    kill(),
    unwell("table", ["hangs", "fails", "loses", "gone"]),
    unwell("queues", ["fails", "hangs", "loses"]),
  ]);
}

async function begin(stack: LocalStack, service: ServiceOutage["service"], how: ServiceOutage["how"]) {
  if (how === "gone") return await stack.tableAway();
  return service === "table" ? await stack.tableAway(how) : await stack.queuesAway(how);
}

/** Kills a live process of the kind that is wanted, or of the other where there is none. */
function killOne(stack: LocalStack, wanted: Kill["target"], random: () => number): Kill | undefined {
  const all = Object.entries(stack.pids()).flatMap(([name, pids]) => {
    const target: Kill["target"] = name.includes("Verifier") ? "verifier" : "processor";
    return pids.map((pid) => ({ pid, target }));
  });
  const fit = all.filter(({ target }) => target === wanted);
  const from = fit.length > 0 ? fit : all;
  const victim = from[Math.floor(from.length * random())];
  if (victim === undefined) return undefined;
  try {
    process.kill(victim.pid, "SIGKILL");
  } catch {
    return undefined;
  }
  return { ...victim, at: Date.now() };
}
