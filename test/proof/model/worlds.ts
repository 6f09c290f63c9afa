import { type ConsumerSize, claimMutants, consumer, fencedClaim } from "./consumer.ts";
import type { Machine, State } from "./explore.ts";
import { ingress } from "./ingress.ts";
import { fullSizes, shortSizes } from "./ingress-sizes.ts";
import { mutants, type Protocol, textbook, waitThenForward } from "./protocols.ts";
import { whole } from "./whole.ts";
import { type OtherWay, withoutRecord } from "./without-record.ts";

type Worlds = Readonly<Record<string, Machine>>;

const copies: ConsumerSize = { copies: 2, receives: 2, redrives: 1, faults: 2, failures: 2, permanent: 2 };
const consumerShort: Readonly<Record<string, ConsumerSize>> = {
  "2 copies, 1 redrive, 2 faults": copies,
  "2 copies of 3 receives, in vain 3 times, 1 fault": {
    ...copies,
    receives: 3,
    faults: 1,
    failures: 1,
    permanent: 3,
    redrives: 0,
  },
  "1 copy, 2 of a replay, 1 fault": { ...copies, copies: 1, replays: 2, redrives: 0, faults: 1, permanent: 1 },
  "1 copy, 2 of a replay, 1 redrive, no fault": { ...copies, copies: 1, replays: 2, faults: 0 },
  "2 copies in a healthy hour": { ...copies, faults: 0, failures: 0, permanent: 0 },
};
const consumerFull: Readonly<Record<string, ConsumerSize>> = {
  ...consumerShort,
  "3 copies, 1 redrive, 1 fault": { ...copies, copies: 3, faults: 1, failures: 1, permanent: 1 },
  "2 copies of 3 receives, 1 redrive, 2 faults": { ...copies, receives: 3, failures: 1 },
  "1 copy, 2 of a replay, 1 redrive, 2 faults": { ...copies, copies: 1, replays: 2, failures: 1, permanent: 1 },
  "2 copies, 2 of a replay, 1 fault": { ...copies, replays: 2, redrives: 0, faults: 1, failures: 1, permanent: 1 },
};

const both = { deliveries: [[0], [0]], faults: 1, skew: false, large: false, polls: 1 };
const one: ConsumerSize = { ...copies, redrives: 0, failures: 0, permanent: 0 };
type Sizes = Parameters<typeof whole>[1];
const wholeShort: Readonly<Record<string, Sizes>> = {
  "end to end, 1 fault, 2 failures": { ingress: both, consumer: { ...one, failures: 2 } },
  "end to end, 2 faults": { ingress: { ...both, faults: 2 }, consumer: one },
};
const wholeFull: Readonly<Record<string, Sizes>> = {
  ...wholeShort,
  "end to end, 1 fault, 1 failure, 1 in vain, 1 redrive": {
    ingress: both,
    consumer: { ...one, redrives: 1, failures: 1, permanent: 1 },
  },
  "end to end, 2 faults, 1 failure, 1 in vain, 1 redrive": {
    ingress: { ...both, faults: 2 },
    consumer: { ...one, redrives: 1, failures: 1, permanent: 1 },
  },
};

const mapped = <T>(sizes: Readonly<Record<string, T>>, make: (size: T) => Machine): Worlds =>
  Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, make(size)]));

/** The worlds in which Hookline's protocol is explored, by name. */
export function worlds(size: "short" | "full"): Worlds {
  const full = size === "full";
  return {
    ...mapped(full ? fullSizes : shortSizes, (world) => ingress(waitThenForward, world)),
    ...mapped(full ? consumerFull : consumerShort, (world) => consumer(fencedClaim, world)),
    ...mapped(full ? wholeFull : wholeShort, (world) => whole({ ingress: waitThenForward, claim: fencedClaim }, world)),
  };
}

/** Each mutant in the worlds that it may be caught in. */
export const mutantWorlds: Readonly<Record<string, Worlds>> = {
  ...Object.fromEntries(
    Object.entries(mutants).map(([name, protocol]) => [name, mapped(shortSizes, (size) => ingress(protocol, size))]),
  ),
  ...Object.fromEntries(
    Object.entries(claimMutants).map(([name, protocol]) => [
      name,
      mapped(consumerShort, (size) => consumer(protocol, size)),
    ]),
  ),
};

/** A protocol to compare, and how to count the copies of an event in one of its states. */
type Compared = { readonly machine: Machine; readonly copies: (state: State) => number };

const withRecord = (protocol: Protocol): Compared => {
  const machine = ingress(protocol, {
    ...{ deliveries: [[0], [0], [0]], faults: 2, queues: 1, lives: 0, skew: false, large: false, polls: 1 },
    mostCopies: 9,
  });
  return { machine, copies: (state) => state[machine.at.copies(0, 0)] ?? 0 };
};
const otherWay = (how: OtherWay["how"], late: boolean): Compared => {
  const machine = withoutRecord({ how, deliveries: 3, faults: 2, late });
  return { machine, copies: machine.copies };
};

/** Ours and what is usually built, in one world: three deliveries, two faults, true clocks. */
export const comparison: Readonly<Record<string, Compared>> = {
  "wait, then forward (Hookline)": withRecord(waitThenForward),
  ...Object.fromEntries(Object.entries(textbook).map(([name, protocol]) => [name, withRecord(protocol)])),
  "FIFO queue, all within its 5 minutes": otherWay("FIFO queue", false),
  "FIFO queue, a retry after 5 minutes": otherWay("FIFO queue", true),
  "outbox, its relay never down for long": otherWay("outbox", false),
  "outbox, its relay down for 24 hours": otherWay("outbox", true),
};
