/** How large a world is explored. */
export type IngressSize = {
  /** The keys of the events in each delivery: two deliveries of one key are the same event. */
  readonly deliveries: readonly (readonly number[])[];
  readonly faults: number;
  /** How many queues want each event. */
  readonly queues: number;
  /** How often the window of a record ends, TTL deletes it, or a processor that gave up re-opens it. */
  readonly lives: number;
  /** Whether a clock may say anything: a held record may be judged stale at any moment. */
  readonly skew: boolean;
  /** Whether bodies are too large for a queue. */
  readonly large: boolean;
  /** How often a delivery looks for a holder's mark. */
  readonly polls: number;
  /** How many copies of an event are counted: more than one is one too many, more only multiply the states. Default: 2. */
  readonly mostCopies?: number;
};

/** Where things stand in a state's bytes. */
export function layoutOf(size: IngressSize) {
  const { deliveries, queues } = size;
  const keys = Math.max(...deliveries.flat()) + 1;
  const head = 4;
  const recordBytes = 4 + queues;
  const deliveryBytes = 2 + queues;
  const eventBytes = 6;
  const starts = [head + keys * recordBytes];
  for (const events of deliveries) starts.push((starts.at(-1) ?? 0) + deliveryBytes + events.length * eventBytes);
  const start = (delivery: number) => starts[delivery] ?? 0;
  const event = (delivery: number, index: number) => start(delivery) + deliveryBytes + index * eventBytes;
  return {
    length: start(deliveries.length),
    keys,
    faults: 0,
    lives: 1,
    /** 0 in a healthy hour; bit 1: something of the table or the clocks was not; bit 2: something else was not. */
    unwell: 2,
    /** What must never happen and did: see `wrongs`. */
    wrong: 3,
    state: (key: number) => head + key * recordBytes,
    owner: (key: number) => head + key * recordBytes + 1,
    expired: (key: number) => head + key * recordBytes + 2,
    object: (key: number) => head + key * recordBytes + 3,
    copies: (key: number, queue: number) => head + key * recordBytes + 4 + queue,
    step: start,
    answer: (delivery: number) => start(delivery) + 1,
    /** Tries that the send to a queue has left; 0: it has ended. */
    tries: (delivery: number, queue: number) => start(delivery) + 2 + queue,
    claim: event,
    known: (delivery: number, index: number) => event(delivery, index) + 1,
    polls: (delivery: number, index: number) => event(delivery, index) + 2,
    acknowledged: (delivery: number, index: number) => event(delivery, index) + 3,
    marked: (delivery: number, index: number) => event(delivery, index) + 4,
    /** The record's window ended after this event was claimed: its mark comes with a time that is over. */
    late: (delivery: number, index: number) => event(delivery, index) + 5,
  };
}
