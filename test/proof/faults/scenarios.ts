import type { SentEvent, SourceName } from "../simulation/sources.ts";
import type { Behave } from "../simulation/work.ts";

/** One delivery and what becomes of it where nothing goes wrong. */
export type Scenario = {
  readonly name: string;
  readonly source: SourceName;
  readonly events: readonly SentEvent[];
  readonly behave: Behave;
  /** Whether the provider delivers again until it has heard a 2xx. */
  readonly redelivers: boolean;
  /** Runs of each event by each processor, with no fault. */
  readonly runs: number;
  /** How often an operator sends one and the same replay of what came, while the event runs for the first time. Default: 0. */
  readonly replays?: number;
};

const event = (id: string, more: Partial<SentEvent> = {}): SentEvent => ({
  ...{ id, type: "order.created", content: "1" },
  ...more,
});
const succeed: Behave = () => "succeed";

const once = { source: "acme", events: [event("a")], behave: succeed, redelivers: true, runs: 1 } as const;

/** Each of them in which two queues want the event; the body of the large one lies in the bucket. */
export const scenarios: readonly Scenario[] = [
  { ...once, name: "one event for two queues" },
  { ...once, name: "one event of a provider that never tries again", redelivers: false },
  { ...once, name: "one event that has no id", source: "crab" },
  {
    ...{ ...once, name: "two events without an id, with equal bytes, in one delivery", source: "crab" },
    events: [event("a"), event("a", { sending: 1 })],
  },
  {
    ...{ ...once, name: "two events of one id and two types in one delivery" },
    events: [event("a"), event("a", { type: "order.paid" })],
  },
  { ...once, name: "three events in one delivery", events: ["a", "b", "c"].map((id) => event(id)) },
  { ...once, name: "a body too large for a queue", events: [event("a", { fillerBytes: 200_000 })] },
  { ...once, name: "a processor that fails once", behave: (_, __, run) => (run === 1 ? "fail" : "succeed"), runs: 2 },
  {
    ...{ ...once, name: "one queue, and its processor fails for good", behave: () => "fail for good" },
    events: [event("a", { type: "order.paid" })],
  },
  {
    ...{ ...once, name: "one queue, and its event is replayed twice while it runs", replays: 2 },
    events: [event("a", { type: "order.paid" })],
  },
  { ...once, name: "a processor that fails for good", behave: () => "fail for good", runs: 1 },
  { ...once, name: "a processor that fails each time", behave: () => "fail", runs: 4 },
];
