import assert from "node:assert/strict";
import { createGenericReceiver, hour } from "./generic-receiver.ts";

/** What befalls a delivery: which of its calls fail. Where it could send, it is answered; the answer may be lost. */
const fates = {
  well: [],
  "dies once it has claimed": ["send"],
  "is not marked": ["mark"],
  "is not claimed": ["claim"],
  "is neither claimed nor marked": ["claim", "mark"],
} as const;
type Fate = keyof typeof fates;
const everyFate = Object.keys(fates) as readonly Fate[];
type Sent = { readonly at: number; readonly fate: Fate };
/** Deliveries of two events with equal bytes, each at so many quarters of the window after its event's first. */
type Story = { readonly offset: number; readonly first: readonly Sent[]; readonly second: readonly Sent[] };

const quarter = hour / 4;

function* stories(): Generator<Story> {
  const sent = (...again: readonly number[]): readonly (readonly Sent[])[] =>
    everyFate.flatMap((first) => {
      const once = { at: 0, fate: first };
      return [[once], ...again.flatMap((at) => everyFate.map((fate) => [once, { at, fate }]))];
    });
  for (const offset of [0, 3]) {
    for (const first of sent(1, 3)) for (const second of sent(1)) yield { offset, first, second };
  }
}

/** Plays a story; how often each event ran, and how many copies of it were sent. */
async function play({ offset, first, second }: Story, backwards: boolean) {
  const start = Date.UTC(2026, 2, 4, 5) + offset * quarter;
  const receiver = createGenericReceiver(undefined, new Date(start));
  const whose = new Map<number, 0 | 1>();
  const copies = [0, 0];
  const deliver = async (event: 0 | 1, begin: number, { at, fate }: Sent) => {
    receiver.clock.set(new Date(begin + at * quarter));
    const before = receiver.queue.sent.length;
    const failing: readonly string[] = fates[fate];
    for (const call of ["claim", "mark"].filter((one) => failing.includes(one))) receiver.dedupe.fail(call);
    if (failing.includes("send")) receiver.queue.fail("send:generic/_other");
    const told = await receiver.deliver();
    for (const port of [receiver.dedupe, receiver.queue]) port.heal();
    copies[event] = (copies[event] ?? 0) + receiver.queue.sent.length - before;
    whose.set(receiver.clock.now().getTime(), event);
    return told;
  };
  let last = start;
  for (const sent of first) if ((await deliver(0, start, sent)) !== "duplicate") last = receiver.clock.now().getTime();
  // They are two where a window lies between the second and what was last claimed or sent of the first.
  const next = last + hour + 1;
  for (const sent of second) await deliver(1, next, sent);
  const queued = receiver.taken();
  for (const copy of backwards ? queued.toReversed() : queued) assert.equal(await receiver.process(copy), false);
  const runs = [0, 0];
  for (const { attempt } of receiver.runs) {
    const event = whose.get(attempt.event.received.getTime()) ?? 0;
    runs[event] = (runs[event] ?? 0) + 1;
  }
  return { copies, runs };
}

/**
 * Plays every story, forwards and backwards: no event is lost, and one runs twice only where a claim had no answer. Says
 * how many did.
 */
export async function playAll(): Promise<number> {
  let twice = 0;
  for (const story of stories()) {
    for (const backwards of [false, true]) {
      const { copies, runs } = await play(story, backwards);
      for (const [event, sent] of [story.first, story.second].entries()) {
        const what = `${JSON.stringify(story)}, event ${event}${backwards ? ", backwards" : ""}`;
        const [count = 0, copied = 0] = [runs[event], copies[event]];
        if (copied > 0) assert.ok(count > 0, `lost: ${what}`);
        if (count < 2) continue;
        twice += 1;
        const open = sent.some(({ fate }) => (fates[fate] as readonly string[]).includes("claim"));
        assert.ok(open && count <= copied, `run ${count} times: ${what}`);
      }
    }
  }
  return twice;
}
