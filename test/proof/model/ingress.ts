import type { Machine, State } from "./explore.ts";
import { type IngressSize, layoutOf } from "./ingress-layout.ts";
import type { Protocol } from "./protocols.ts";

type Change = readonly [place: number, value: number];
/** What a step did, for those who replay it: which delivery, which call, and what came of it. */
export type Action = { readonly delivery: number; readonly call: string; readonly outcome: string };
/** Where followers of a state are gathered; `actions` only where somebody wants to know how they came about. */
type Followers = { readonly states: State[]; readonly actions?: Action[] };

const [idle, claiming, sending, marking, answering, ended] = [0, 1, 2, 3, 4, 5] as const;
const [none, received, enqueued] = [0, 1, 2] as const;
/** How far the claim of one event is. */
const [unclaimed, retrying, polling, toSend, duplicate, refused] = [0, 1, 2, 3, 4, 5] as const;
/** What a delivery was answered; `lost` also where it died. */
const [unanswered, success, failure, lost] = [0, 1, 2, 3] as const;
/** Who "owns" a record after a processor re-opened it, each time anew; and where nobody is left who could mark it. */
export const [reopened, gone] = [100, 98] as const;
const triesOfSend = 2;
const [table, world] = [1, 2] as const;

export const wrongs = [
  "",
  "acknowledged in vain",
  "refused in a healthy hour",
  "refused although the queues were well",
  "deleted by ingress",
  "refers to nothing",
] as const;

/** The ingress of a protocol: every order of steps, a fault at any of them. */
export function ingress(protocol: Protocol, size: IngressSize) {
  const at = layoutOf(size);
  const { deliveries, queues, mostCopies = 2 } = size;
  const everyQueue = (1 << queues) - 1;
  const queueNumbers = Array.from({ length: queues }, (_, queue) => queue);
  const first: State = new Uint8Array(at.length);
  first[at.faults] = size.faults;
  first[at.lives] = size.lives;

  const get = (state: State, place: number): number => state[place] ?? 0;
  const changed = (state: State, changes: readonly Change[]): State => {
    const copy = state.slice();
    for (const [place, value] of changes) copy[place] = value;
    return copy;
  };
  const unwell = (state: State, what: number, changes: readonly Change[] = []): State =>
    changed(state, [[at.unwell, get(state, at.unwell) | what], ...changes]);
  const fault = (state: State, what: number, changes: readonly Change[] = []): State =>
    unwell(state, what, [[at.faults, get(state, at.faults) - 1], ...changes]);
  const flagged = (state: State, wrong: (typeof wrongs)[number]): State =>
    get(state, at.wrong) === 0 ? changed(state, [[at.wrong, wrongs.indexOf(wrong)]]) : state;

  const eventsOf = (d: number): readonly number[] => deliveries[d] ?? [];
  const each = (d: number) => eventsOf(d).map((key, index) => ({ key, index }));
  const sends = (state: State, d: number) => each(d).filter(({ index }) => get(state, at.claim(d, index)) === toSend);
  const isQueued = (state: State, key: number) => queueNumbers.every((queue) => get(state, at.copies(key, queue)) > 0);
  const works = (state: State, d: number) => get(state, at.step(d)) !== idle && get(state, at.step(d)) !== ended;
  const openQueues = (state: State, d: number) => queueNumbers.filter((queue) => get(state, at.tries(d, queue)) > 0);
  const unmarked = (state: State, d: number) =>
    sends(state, d).filter(({ index }) => get(state, at.marked(d, index)) === 0);
  const undeposited = (state: State, d: number) =>
    size.large ? sends(state, d).find(({ key }) => get(state, at.object(key)) === 0) : undefined;

  /** Nobody may be called a duplicate of what is not in every queue that wants it. */
  const judged = (state: State, key: number, decision: number): State =>
    decision === duplicate && !isQueued(state, key) ? flagged(state, "acknowledged in vain") : state;

  function claim(state: State, d: number, index: number, to: Followers): void {
    if (get(state, at.claim(d, index)) === polling) {
      poll(state, d, index, to);
      return;
    }
    const key = eventsOf(d)[index] ?? 0;
    const me = d + 1;
    const held = get(state, at.state(key));
    const owner = get(state, at.owner(key));
    const free = held === none || get(state, at.expired(key)) === 1;
    const put: readonly Change[] = [
      [at.state(key), protocol.marks === "before the send" ? enqueued : received],
      [at.owner(key), me],
      [at.expired(key), 0],
    ];
    const decide = (from: State, decision: number, outcome: string, more: readonly Change[] = []) => {
      to.states.push(judged(changed(from, [[at.claim(d, index), decision], ...more]), key, decision));
      to.actions?.push({ delivery: d, call: `claim ${key}`, outcome });
    };
    const mine: Change = [at.known(d, index), me];
    if (free) decide(state, toSend, "ok", [mine, ...put]);
    else if (owner === me && protocol.own) decide(state, toSend, "ok", [mine]);
    else if (held === enqueued || protocol.held === "call it a duplicate") decide(state, duplicate, "ok");
    else if (protocol.held === "refuse while held") {
      // A lease that nobody works under any more is over, sooner or later.
      decide(state, owner <= deliveries.length && works(state, owner - 1) ? refused : toSend, "ok", [mine]);
    } else
      decide(state, polling, "ok", [
        [at.known(d, index), owner],
        [at.polls(d, index), size.polls],
      ]);
    if (get(state, at.faults) === 0) return;
    const failed =
      get(state, at.claim(d, index)) === unclaimed ? retrying : protocol.unwell === "forward" ? toSend : refused;
    decide(fault(state, table), failed, "no effect", [mine]);
    if (free) decide(fault(state, table), failed, "no answer", [mine, ...put]);
  }

  function poll(state: State, d: number, index: number, to: Followers): void {
    const key = eventsOf(d)[index] ?? 0;
    const left = get(state, at.polls(d, index));
    const holder = get(state, at.known(d, index)) - 1;
    const seen = get(state, at.state(key)) === enqueued;
    const decide = (from: State, decision: number, call: string, outcome: string) => {
      const changes: readonly Change[] = [
        [at.claim(d, index), decision],
        [at.polls(d, index), 0],
      ];
      to.states.push(judged(changed(from, changes), key, decision));
      to.actions?.push({ delivery: d, call, outcome });
    };
    const faults = get(state, at.faults);
    if (left > 0) {
      if (seen) decide(state, duplicate, `read ${key}`, "ok");
      else {
        to.states.push(changed(state, [[at.polls(d, index), left - 1]]));
        to.actions?.push({ delivery: d, call: `read ${key}`, outcome: "ok" });
      }
      if (faults > 0) decide(fault(state, table), toSend, `read ${key}`, "no effect");
    } else if (!seen && (holder >= deliveries.length || !works(state, holder))) decide(state, toSend, "forward", "ok");
    // In a healthy hour a holder marks within the wait.
    else if (faults > 0) decide(fault(state, table), toSend, "forward", "ok");
    if (size.skew) decide(unwell(state, table), toSend, "forward", "ok");
  }

  /** One call to a queue for every event of the delivery that it still lacks: taken whole, in part, or unanswered. */
  function send(state: State, d: number, queue: number, to: Followers): void {
    const left = get(state, at.tries(d, queue));
    const bit = 1 << queue;
    const open = sends(state, d).filter(({ index }) => (get(state, at.acknowledged(d, index)) & bit) === 0);
    const copies = (some: typeof open): readonly Change[] =>
      some.map(({ key }) => [at.copies(key, queue), Math.min(get(state, at.copies(key, queue)) + 1, mostCopies)]);
    const acknowledged = (some: typeof open): readonly Change[] =>
      some.map(({ index }) => [at.acknowledged(d, index), get(state, at.acknowledged(d, index)) | bit]);
    const push = (from: State, some: typeof open, outcome: string) => {
      const refers = some.some(({ key }) => size.large && get(state, at.object(key)) === 0);
      to.states.push(refers ? flagged(from, "refers to nothing") : from);
      to.actions?.push({ delivery: d, call: `send ${queue}`, outcome });
    };
    const took = (some: typeof open): readonly Change[] => [...copies(some), ...acknowledged(some)];
    push(changed(state, [[at.tries(d, queue), 0], ...took(open)]), open, "ok");
    if (get(state, at.faults) === 0) return;
    const less: Change = [at.tries(d, queue), left - 1];
    for (let some = 0; some < 1 << open.length; some += 1) {
      const taken = open.filter((_, index) => (some & (1 << index)) !== 0);
      const names = taken.map(({ index }) => index).join("+");
      if (taken.length < open.length) push(fault(state, world, [less, ...took(taken)]), taken, `took ${names}`);
      if (taken.length > 0) push(fault(state, world, [less, ...copies(taken)]), taken, `no answer, took ${names}`);
    }
  }

  function mark(state: State, d: number, to: Followers): void {
    for (const { key, index } of unmarked(state, d)) {
      const done: Change = [at.marked(d, index), 1];
      const push = (follower: State, call: string, outcome: string) => {
        to.states.push(follower);
        to.actions?.push({ delivery: d, call, outcome });
      };
      const sent = get(state, at.acknowledged(d, index));
      const owner = get(state, at.known(d, index));
      const held = get(state, at.state(key));
      const ours = get(state, at.owner(key)) === owner;
      if (sent !== everyQueue && !(protocol.marks === "after one send" && sent !== 0)) {
        const removes = protocol.sendFailed === "deleted by anybody" || (protocol.sendFailed === "deleted" && ours);
        if (held === none || !removes) push(changed(state, [done]), "nothing", "ok");
        else
          push(
            flagged(changed(state, [done, [at.state(key), none], [at.owner(key), 0]]), "deleted by ingress"),
            "delete",
            "ok",
          );
        continue;
      }
      const writes = protocol.marks.startsWith("after") && (held === none || ours || !protocol.owner);
      const written: readonly Change[] = writes
        ? [
            [at.state(key), enqueued],
            [at.owner(key), owner],
            [at.expired(key), get(state, at.late(d, index))],
          ]
        : [];
      push(changed(state, [done, ...written]), `mark ${key}`, "ok");
      if (get(state, at.faults) === 0) continue;
      push(fault(state, table, [done]), `mark ${key}`, "no effect");
      if (writes) push(fault(state, table, [done, ...written]), `mark ${key}`, "no answer");
    }
  }

  /** The answer is decided: nobody may be told 200 whose events are not where they should be. */
  function decided(state: State, d: number, answer: number): State {
    if (answer === success) {
      const vain = sends(state, d).some(({ index }) => get(state, at.acknowledged(d, index)) !== everyQueue);
      return vain ? flagged(state, "acknowledged in vain") : state;
    }
    const how = get(state, at.unwell);
    if (how === 0) return flagged(state, "refused in a healthy hour");
    return (how & world) === 0 ? flagged(state, "refused although the queues were well") : state;
  }

  /** A delivery ends: what it knew is forgotten, and so is whose a record is that nobody will mark. */
  function end(state: State, d: number, answer: number): State {
    const copy = state.slice();
    copy.fill(0, at.step(d), d + 1 < deliveries.length ? at.step(d + 1) : at.length);
    copy[at.step(d)] = ended;
    copy[at.answer(d)] = answer === success ? success : lost;
    for (let key = 0; key < at.keys; key += 1) {
      const owner = get(copy, at.owner(key));
      if (owner === 0 || owner === gone) continue;
      const known = deliveries.some((_, other) => {
        return (
          (other === owner - 1 && works(copy, other)) ||
          each(other).some(({ index }) => get(copy, at.known(other, index)) === owner)
        );
      });
      // Unless somebody still knows an earlier record that had become nobody's: the two must not be taken for one.
      const taken = deliveries.some((_, other) =>
        each(other).some(({ index }) => get(copy, at.known(other, index)) === gone),
      );
      if (!known && !taken) copy[at.owner(key)] = gone;
    }
    return copy;
  }

  /** Goes on where nobody else can tell one step from the next. */
  function advance(state: State, d: number): State {
    const step = get(state, at.step(d));
    if (step === claiming && each(d).every(({ index }) => get(state, at.claim(d, index)) >= toSend)) {
      const going = sends(state, d).length > 0;
      const next = changed(state, [
        [at.step(d), going ? sending : answering],
        ...queueNumbers.map((queue) => [at.tries(d, queue), going ? triesOfSend : 0] as const),
      ]);
      if (protocol.answers === "last") return advance(next, d);
      return advance(decided(changed(next, [[at.answer(d), success]]), d, success), d);
    }
    if (step === sending && openQueues(state, d).length === 0 && undeposited(state, d) === undefined)
      return advance(changed(state, [[at.step(d), marking]]), d);
    if (step === marking && unmarked(state, d).length === 0) return changed(state, [[at.step(d), answering]]);
    return state;
  }

  function steps(state: State, d: number, to: Followers): void {
    const step = get(state, at.step(d));
    if (step === claiming) {
      for (const { index } of each(d)) if (get(state, at.claim(d, index)) < toSend) claim(state, d, index, to);
    } else if (step === sending) {
      const missing = undeposited(state, d);
      const open = openQueues(state, d);
      if (missing !== undefined && (protocol.deposits === "before the send" || open.length === 0)) {
        to.states.push(changed(state, [[at.object(missing.key), 1]]));
        to.actions?.push({ delivery: d, call: `deposit ${missing.key}`, outcome: "ok" });
      } else for (const queue of open) send(state, d, queue, to);
    } else if (step === marking) mark(state, d, to);
    else if (step === answering) {
      const bad = each(d).some(({ index }) => {
        const decision = get(state, at.claim(d, index));
        return decision === refused || (decision === toSend && get(state, at.acknowledged(d, index)) !== everyQueue);
      });
      const answer = get(state, at.answer(d)) === unanswered ? (bad ? failure : success) : success;
      const said = get(state, at.answer(d)) === unanswered ? decided(state, d, answer) : state;
      to.states.push(end(said, d, answer));
      to.actions?.push({ delivery: d, call: "answer", outcome: answer === success ? "200" : "503" });
    }
    if (get(state, at.faults) === 0) return;
    to.states.push(end(fault(state, world), d, get(state, at.answer(d)) === success ? success : lost));
    to.actions?.push({ delivery: d, call: "die", outcome: "" });
  }

  /** The end of a record's window, TTL behind it, and a processor that gave up and re-opens the record. */
  function lives(state: State, key: number, to: Followers): void {
    const held = get(state, at.state(key));
    if (held === none || get(state, at.lives) === 0) return;
    const push = (changes: readonly Change[], call: string) => {
      to.states.push(unwell(state, table | world, [[at.lives, get(state, at.lives) - 1], ...changes]));
      to.actions?.push({ delivery: -1, call, outcome: "ok" });
    };
    // What was queued before has failed for good: from here on the event is wanted anew.
    const anew: readonly Change[] = queueNumbers.map((queue) => [at.copies(key, queue), 0]);
    if (get(state, at.expired(key)) === 1) {
      push(
        [
          [at.state(key), none],
          [at.owner(key), 0],
          [at.expired(key), 0],
        ],
        "delete",
      );
      return;
    }
    const late: readonly Change[] = deliveries.flatMap((_, d) =>
      each(d)
        .filter((event) => works(state, d) && event.key === key && get(state, at.claim(d, event.index)) >= polling)
        .map(({ index }) => [at.late(d, index), 1] as const),
    );
    push([[at.expired(key), 1], ...late], "expire");
    if (held === enqueued)
      push([[at.state(key), received], [at.owner(key), reopened + get(state, at.lives)], ...anew], "reopen");
  }

  function follow(state: State, to: Followers): void {
    for (let d = 0; d < deliveries.length; d += 1) {
      if (get(state, at.step(d)) === idle) {
        // The provider delivers until it has seen a 2xx for the event, as often and as late as it likes.
        const seen = deliveries.some((events, other) => {
          return get(state, at.answer(other)) === success && eventsOf(d).every((key) => events.includes(key));
        });
        const inTurn = d === 0 || get(state, at.step(d - 1)) !== idle;
        if (!inTurn || (seen && get(state, at.lives) === size.lives)) continue;
        to.states.push(changed(state, [[at.step(d), claiming]]));
        to.actions?.push({ delivery: d, call: "start", outcome: "" });
      } else if (get(state, at.step(d)) !== ended) {
        const before = to.states.length;
        steps(state, d, to);
        for (let index = before; index < to.states.length; index += 1) {
          to.states[index] = advance(to.states[index] ?? state, d);
        }
      }
    }
    for (let key = 0; key < at.keys; key += 1) lives(state, key, to);
  }

  /** What a clean delivery would be told long after everything else: not "duplicate" where nothing was queued. */
  function later(state: State): string | undefined {
    if (deliveries.some((_, d) => works(state, d))) return undefined;
    for (let key = 0; key < at.keys; key += 1) {
      const held = get(state, at.state(key));
      if (held === none || get(state, at.expired(key)) === 1 || isQueued(state, key)) continue;
      if (held === enqueued || protocol.held === "call it a duplicate") return "lost for ever";
    }
    return undefined;
  }

  const machine: Machine = {
    first,
    next(state) {
      const to: Followers = { states: [] };
      follow(state, to);
      return to.states;
    },
    wrong(state) {
      const said = wrongs[get(state, at.wrong)];
      if (said !== undefined && said !== "") return said;
      for (let d = 0; d < deliveries.length; d += 1) {
        for (const { index } of each(d)) {
          const waits = get(state, at.claim(d, index)) === polling && get(state, at.known(d, index)) === d + 1;
          if (waits) return "waits for itself";
        }
      }
      for (let key = 0; key < at.keys; key += 1) {
        const doubled = queueNumbers.some((queue) => get(state, at.copies(key, queue)) > 1);
        if (doubled && get(state, at.unwell) === 0) return "copied in a healthy hour";
      }
      return later(state);
    },
  };
  return {
    ...machine,
    at,
    /** The followers of a state and how each came about. */
    actions(state: State): readonly { readonly action: Action; readonly state: State }[] {
      const to = { states: [] as State[], actions: [] as Action[] };
      follow(state, to);
      return to.states.map((follower, index) => ({ action: to.actions[index] as Action, state: follower }));
    },
  };
}
