import type { IngressSize } from "./ingress-layout.ts";

const two: IngressSize = {
  deliveries: [[0], [0]],
  faults: 3,
  queues: 1,
  lives: 0,
  skew: false,
  large: false,
  polls: 2,
};
const three = { ...two, deliveries: [[0], [0], [0]] };

/** Small worlds that together hold every fault that a mutant needs to be caught: explored at every change. */
export const shortSizes: Readonly<Record<string, IngressSize>> = {
  "2 deliveries, 3 faults": two,
  "2 deliveries, 2 queues, 2 faults": { ...two, queues: 2, faults: 2 },
  "2 batches of 2 events, 1 fault": {
    ...two,
    deliveries: [
      [0, 1],
      [0, 1],
    ],
    faults: 1,
  },
  "2 events under one id, other bodies, 2 faults": { ...two, deliveries: [[0], [1], [0]], faults: 1 },
  "bodies in a bucket, 2 faults": { ...two, large: true, faults: 2 },
  "skewed clocks, a window's end, 2 faults": { ...two, skew: true, lives: 1, faults: 2 },
  "3 deliveries, windows end and records re-open twice, no fault": { ...three, lives: 2, faults: 0, polls: 1 },
  "2 deliveries, 2 queues, 3 faults": { ...two, queues: 2 },
  "3 deliveries, 2 faults": { ...three, faults: 2, polls: 1 },
};

/** Larger worlds, for a proof. */
export const fullSizes: Readonly<Record<string, IngressSize>> = {
  ...shortSizes,
  "2 deliveries, 2 queues, 4 faults": { ...two, queues: 2, faults: 4 },
  "2 batches of 2 events, 2 queues, 2 faults": {
    ...two,
    deliveries: [
      [0, 1],
      [0, 1],
    ],
    queues: 2,
    faults: 2,
    polls: 1,
  },
  "skewed clocks, two lives, 3 faults": { ...two, skew: true, lives: 2, faults: 3 },
  "3 deliveries, skewed clocks, 2 faults": { ...three, skew: true, faults: 2, polls: 1 },
  "3 deliveries, two lives, 1 fault": { ...three, lives: 2, faults: 1, polls: 1 },
  "4 deliveries, 3 faults": { ...three, deliveries: [[0], [0], [0], [0]], faults: 3, polls: 1 },
  "3 deliveries, 2 queues, 3 faults": { ...three, queues: 2, faults: 3, polls: 1 },
};
