import type { Machine, State } from "./explore.ts";

/** How a processor's claim decides: the protocol itself, or one with something wrong. */
export type ClaimProtocol = {
  /** What becomes of a copy whose event another run holds, or that is dead. */
  readonly held: "kept" | "acknowledged";
  readonly dead: "runs another copy" | "acknowledged" | "runs any copy";
  /** Whether the end of a run asks whose the record is. */
  readonly owner: boolean;
  readonly key: "event" | "message id";
  readonly unwell: "keeps the copy" | "runs unclaimed";
  /** When a run that went well acknowledges: whatever its record says, or before it ran. */
  readonly acknowledges: "after the run" | "before the run";
  /** What becomes of ingress when a run says that it is in vain. */
  readonly inVain: "re-opens" | "leaves ingress as it is";
  /** When ingress is re-opened for a copy that is received the last time. */
  readonly lastReceive: "re-opens first" | "re-opens what it claimed" | "re-opens after the run" | "never re-opens";
  /** Whether a lease is taken over only when it has ended. */
  readonly lease: boolean;
  /** The record of a replayed copy, and when it waits for a run of the event itself. */
  readonly replay:
    | "one record, waits"
    | "one record, waits for nobody"
    | "one record, acknowledged while it would wait"
    | "a record for each copy"
    | "the event's record";
};

export const fencedClaim: ClaimProtocol = {
  held: "kept",
  dead: "runs another copy",
  owner: true,
  key: "event",
  unwell: "keeps the copy",
  acknowledges: "after the run",
  inVain: "re-opens",
  lastReceive: "re-opens first",
  lease: true,
  replay: "one record, waits",
};

export const claimMutants: Readonly<Record<string, ClaimProtocol>> = {
  "drops a copy whose event is being run": { ...fencedClaim, held: "acknowledged" },
  "drops a copy of what is dead": { ...fencedClaim, dead: "acknowledged" },
  "runs the copies of what is dead again and again": { ...fencedClaim, dead: "runs any copy" },
  "ends a run without asking whose the record is": { ...fencedClaim, owner: false },
  "keys the record on the SQS message id": { ...fencedClaim, key: "message id" },
  "runs without a claim while the table is down": { ...fencedClaim, unwell: "runs unclaimed" },
  "acknowledges before it runs": { ...fencedClaim, acknowledges: "before the run" },
  "does not re-open ingress for what is in vain": { ...fencedClaim, inVain: "leaves ingress as it is" },
  "does not re-open ingress on the last receive": { ...fencedClaim, lastReceive: "never re-opens" },
  "re-opens ingress on the last receive only for what it claimed": {
    ...fencedClaim,
    lastReceive: "re-opens what it claimed",
  },
  "re-opens ingress on the last receive after the run": { ...fencedClaim, lastReceive: "re-opens after the run" },
  "takes over a lease that is alive": { ...fencedClaim, lease: false },
  "replays an event beside its run": { ...fencedClaim, replay: "one record, waits for nobody" },
  "drops a replay whose event is being run": { ...fencedClaim, replay: "one record, acknowledged while it would wait" },
  "keys a replay on the SQS message id": { ...fencedClaim, replay: "a record for each copy" },
  "replays an event under its own key": { ...fencedClaim, replay: "the event's record" },
};

export type ConsumerSize = {
  readonly copies: number;
  /** Copies of one replay of the event, in addition, each from any moment on. Default: 0. */
  readonly replays?: number;
  /** How often SQS delivers a copy before it moves it to the DLQ. */
  readonly receives: number;
  readonly redrives: number;
  readonly faults: number;
  /** How many runs may throw, and how many may say that it is in vain. */
  readonly failures: number;
  readonly permanent: number;
};

const [, visible, inFlight, inDlq, acknowledged] = [0, 1, 2, 3, 4] as const;
const [processing, failed, dead, done] = [1, 2, 3, 4] as const;
/** How far a worker is; `reopens…`: it re-opens ingress, and then goes on so. */
const [free, claims, runs, endsDone, endsFailed, endsDead] = [0, 1, 2, 3, 4, 5] as const;
const [reopensClaims, reopensRuns, reopensFailed, reopensDead] = [6, 7, 8, 9] as const;
/** A replay reads the record of the event itself. */
const looks = 10;
const afterReopening: Readonly<Record<number, number>> = {
  [reopensClaims]: claims,
  [reopensRuns]: runs,
  [reopensFailed]: endsFailed,
  [reopensDead]: endsDead,
};
/** What a step did: which worker, which of its calls, and what came of it; -1 is the queue. */
export type Action = { readonly worker: number; readonly call: string; readonly outcome: string };

/** Gathers the followers of a state; how each came about only where somebody wants to know. */
function createFollowers(labelled: boolean) {
  const states: State[] = [];
  const actions: Action[] = [];
  return {
    states,
    actions,
    push(state: State, worker: number, call: string, outcome: string): void {
      states.push(state);
      if (labelled) actions.push({ worker, call, outcome });
    },
  };
}
type Followers = ReturnType<typeof createFollowers>;

const workers = 2;
const nobody = 9;

const consumerWrongs = [
  "",
  "acknowledged without an effect",
  "a second effect without an excuse",
  "a done record was overwritten",
  "dead without a reason",
  "a dead event ran too often",
  "a replay ran beside a run of its event",
  "a resend would not be served",
  "lost for ever",
] as const;

/** The records of an event: its own, and that of its replay. */
export const [own, replayed] = [0, 1] as const;

const consumerLayout = ({ copies, replays = 0 }: ConsumerSize) => {
  const all = copies + replays;
  const copyBytes = 4;
  const recordBytes = 7;
  const workerBytes = replays > 0 ? 4 : 3;
  const keys = replays > 0 ? [own, replayed] : [own];
  const recordStart = 6 + all * copyBytes;
  const workerStart = recordStart + keys.length * recordBytes;
  const record = (key: number, place: number) => recordStart + key * recordBytes + place;
  return {
    all,
    keys,
    keyOf: (copy: number) => (copy < copies ? own : replayed),
    faults: 0,
    redrives: 1,
    failures: 2,
    permanent: 3,
    wrong: 4,
    /** Whether ingress is open for a resend. */
    reopened: 5,
    place: (copy: number) => 6 + copy * copyBytes,
    received: (copy: number) => 7 + copy * copyBytes,
    /** Its message id: a redriven copy has a new one. */
    id: (copy: number) => 8 + copy * copyBytes,
    /** How often it ran while its event was dead. */
    deadRuns: (copy: number) => 9 + copy * copyBytes,
    state: (key: number) => record(key, 0),
    owner: (key: number) => record(key, 1),
    /** The message ids of the copies that are being burned, as bits. */
    burning: (key: number) => record(key, 2),
    /** Why the event failed: on its record, or at least in the log. */
    reason: (key: number) => record(key, 3),
    /** With a record per message id, those that are done. */
    doneIds: (key: number) => record(key, 4),
    /** Effects, of which one is wanted. */
    effects: (key: number) => record(key, 5),
    /** Set where a second effect may happen: a run was cut behind its effect, or its end not written, or its lease misjudged. */
    excuse: (key: number) => record(key, 6),
    step: (worker: number) => workerStart + worker * workerBytes,
    copy: (worker: number) => workerStart + 1 + worker * workerBytes,
    final: (worker: number) => workerStart + 2 + worker * workerBytes,
    /** 1 + the worker that held the event's own lease when the replay was received, for as long as it holds it. */
    beside: (worker: number) => workerStart + 3 + worker * workerBytes,
    length: workerStart + workers * workerBytes,
  };
};

/** The processing of one event's copies: every order of steps, a fault at any of them. */
export function consumer(protocol: ClaimProtocol, size: ConsumerSize) {
  const at = consumerLayout(size);
  const first: State = new Uint8Array(at.length);
  first[at.faults] = size.faults;
  first[at.redrives] = size.redrives;
  first[at.failures] = size.failures;
  first[at.permanent] = size.permanent;
  for (let copy = 0; copy < at.all; copy += 1) first[at.id(copy)] = copy;

  const get = (state: State, place: number): number => state[place] ?? 0;
  const set = (state: State, ...changes: readonly (readonly [number, number])[]): State => {
    const next = state.slice();
    for (const [place, value] of changes) next[place] = value;
    return next;
  };
  const less = (state: State, place: number) => [place, get(state, place) - 1] as const;
  const flag = (state: State, wrong: (typeof consumerWrongs)[number]): State =>
    get(state, at.wrong) === 0 ? set(state, [at.wrong, consumerWrongs.indexOf(wrong)]) : state;
  const bit = (state: State, copy: number) => 1 << get(state, at.id(copy));
  const isFinal = (state: State, worker: number) => get(state, at.final(worker)) === 1;
  const isReplay = (copy: number) => at.keyOf(copy) === replayed;
  /** The record that a copy's run is claimed in. */
  const recordOf = (copy: number) => (protocol.replay === "the event's record" ? own : at.keyOf(copy));
  const isByMessage = (copy: number) =>
    protocol.key === "message id" || (isReplay(copy) && protocol.replay === "a record for each copy");
  const alive = (state: State, worker: number) => worker < workers && get(state, at.step(worker)) !== free;

  /** The worker that holds a record under a lease; undefined where nobody does. */
  function holder(state: State, key: number): number | undefined {
    const owner = get(state, at.owner(key));
    return get(state, at.state(key)) === processing && alive(state, owner) ? owner : undefined;
  }

  /** The event's own lease has ended, or is another's now: nobody's replay is beside it any more. */
  function endLease(state: State, worker: number): void {
    if (size.replays === undefined) return;
    for (let other = 0; other < workers; other += 1)
      if (state[at.beside(other)] === worker + 1) state[at.beside(other)] = 0;
  }

  /** The worker is done with its copy; a record that it leaves in processing is nobody's: its lease runs out. */
  function release(state: State, worker: number, place: number): State {
    const copy = get(state, at.copy(worker));
    const next = set(state, [at.step(worker), free], [at.copy(worker), 0], [at.final(worker), 0]);
    if (isReplay(copy)) next[at.beside(worker)] = 0;
    const record = recordOf(copy);
    if (get(next, at.owner(record)) === worker) next[at.owner(record)] = nobody;
    endLease(next, worker);
    // Another delivery of the same copy may have settled it already.
    const shared = Array.from({ length: workers }, (_, other) => other).some(
      (other) => other !== worker && alive(next, other) && get(next, at.copy(other)) === copy,
    );
    const stands = get(next, at.place(copy));
    if (stands !== acknowledged && stands !== inDlq)
      next[at.place(copy)] = place === visible && shared ? inFlight : place;
    if (place !== acknowledged || get(next, at.effects(at.keyOf(copy))) > 0) return next;
    return flag(next, "acknowledged without an effect");
  }

  /** A replay waits for a live lease of the event itself. What nobody else will explain is in the log. */
  function look(state: State, worker: number, to: Followers): void {
    const goesOn = [at.step(worker), claims] as const;
    const because = [at.reason(replayed), 1] as const;
    const push = (follower: State, outcome = "ok") => to.push(follower, worker, "read", outcome);
    const isHeld = holder(state, own) !== undefined;
    if (!isHeld) push(set(state, goesOn));
    else if (protocol.replay === "one record, acknowledged while it would wait")
      push(release(state, worker, acknowledged));
    else push(release(isFinal(state, worker) ? set(state, because) : state, worker, visible));
    if (get(state, at.faults) === 0) return;
    // Its clock is wrong, or the holder is frozen.
    if (isHeld) push(set(state, less(state, at.faults), goesOn, [at.beside(worker), 0]), "misjudged");
    push(release(set(state, less(state, at.faults), because), worker, visible), "no effect");
  }

  function claim(state: State, worker: number, to: Followers): void {
    const copy = get(state, at.copy(worker));
    const [key, record] = [at.keyOf(copy), recordOf(copy)];
    const held = get(state, at.state(record));
    const owner = get(state, at.owner(record));
    const burned = (get(state, at.burning(record)) & bit(state, copy)) !== 0;
    const push = (follower: State, outcome = "ok") => to.push(follower, worker, "claim", outcome);
    const take = (from: State, excuse: boolean): State => {
      const erased = held === done && !isByMessage(copy) ? flag(from, "a done record was overwritten") : from;
      const again = held === dead ? [[at.deadRuns(copy), Math.min(get(from, at.deadRuns(copy)) + 1, 9)] as const] : [];
      const besides = key === replayed && get(from, at.beside(worker)) !== 0;
      const next = set(
        besides ? flag(erased, "a replay ran beside a run of its event") : erased,
        [at.state(record), processing],
        [at.owner(record), worker],
        [
          at.step(worker),
          isFinal(from, worker) && protocol.lastReceive === "re-opens what it claimed" ? reopensRuns : runs,
        ],
        ...again,
        ...(excuse ? [[at.excuse(key), 1] as const] : []),
      );
      if (record === own) endLease(next, owner);
      return next;
    };
    const mayRun = (from: State, excuse = false): State => {
      const next = take(from, excuse);
      return protocol.acknowledges === "before the run" ? settledEarly(next, copy) : next;
    };
    if (isByMessage(copy)) {
      push(
        (get(state, at.doneIds(record)) & bit(state, copy)) !== 0
          ? release(state, worker, acknowledged)
          : mayRun(state),
      );
    } else if (held === done) push(release(state, worker, acknowledged));
    else if (held === processing && owner !== nobody && owner !== worker && alive(state, owner)) {
      if (protocol.held === "acknowledged") push(release(state, worker, acknowledged));
      else if (!protocol.lease) push(mayRun(state));
      else {
        const opens = isFinal(state, worker) && protocol.lastReceive === "re-opens after the run";
        push(release(opens ? set(state, [at.reopened, 1]) : state, worker, visible));
        // Its clock is wrong, or the holder is frozen: the one way to two runs at once.
        if (get(state, at.faults) > 0) push(mayRun(set(state, less(state, at.faults)), true), "misjudged");
      }
    } else if (held === dead && protocol.dead === "acknowledged") push(release(state, worker, acknowledged));
    else if (held === dead && burned && protocol.dead === "runs another copy") push(release(state, worker, visible));
    else push(mayRun(state));
    if (get(state, at.faults) === 0) return;
    const faulty = set(state, less(state, at.faults), [at.reason(key), 1]);
    const kept = protocol.unwell === "keeps the copy";
    push(kept ? release(faulty, worker, visible) : set(faulty, [at.step(worker), runs]), "no effect");
    // Its claim is written and no answer came: the lease stands until it runs out.
    if (held !== done && !(held === processing && owner !== nobody) && !(held === dead && burned)) {
      push(
        release(set(faulty, [at.state(record), processing], [at.owner(record), worker]), worker, visible),
        "no answer",
      );
    }
  }

  const settledEarly = (state: State, copy: number): State => set(state, [at.place(copy), acknowledged]);

  function run(state: State, worker: number, to: Followers): void {
    const copy = get(state, at.copy(worker));
    const key = at.keyOf(copy);
    const effects = Math.min(get(state, at.effects(key)) + 1, 2);
    const effect = set(state, [at.step(worker), endsDone], [at.effects(key), effects]);
    const second = effects > 1 && get(state, at.excuse(key)) === 0;
    to.push(second ? flag(effect, "a second effect without an excuse") : effect, worker, "run", "effect");
    if (get(state, at.failures) > 0) {
      const next =
        isFinal(state, worker) && protocol.lastReceive === "re-opens after the run" && !isReplay(copy)
          ? reopensFailed
          : endsFailed;
      const fails = set(state, less(state, at.failures), [at.step(worker), next]);
      to.push(fails, worker, "run", "throws");
    }
    if (get(state, at.permanent) > 0) {
      const opened = isFinal(state, worker) && protocol.lastReceive !== "re-opens after the run";
      const next = opened || protocol.inVain !== "re-opens" || isReplay(copy) ? endsDead : reopensDead;
      const vain = set(state, less(state, at.permanent), [at.step(worker), next]);
      to.push(vain, worker, "run", "in vain");
    }
  }

  function end(state: State, worker: number, to: Followers): void {
    const step = get(state, at.step(worker));
    const copy = get(state, at.copy(worker));
    const as = step === endsDone ? done : step === endsFailed ? failed : dead;
    const [key, record] = [at.keyOf(copy), recordOf(copy)];
    const held = get(state, at.state(record));
    const ours = held === processing && get(state, at.owner(record)) === worker;
    const on = (from: State): State => release(from, worker, as === done ? acknowledged : visible);
    const written = (from: State): State => {
      if (!ours && protocol.owner) return from;
      const erased = held === done && as !== done ? flag(from, "a done record was overwritten") : from;
      return set(
        erased,
        [at.state(record), as],
        [at.owner(record), nobody],
        ...(as === done
          ? [[at.doneIds(record), get(from, at.doneIds(record)) | bit(from, copy)] as const]
          : [[at.reason(key), 1] as const]),
        ...(as === dead ? [[at.burning(record), get(from, at.burning(record)) | bit(from, copy)] as const] : []),
      );
    };
    to.push(on(written(state)), worker, "end", "ok");
    if (get(state, at.faults) === 0) return;
    const faulty = set(
      state,
      less(state, at.faults),
      [at.reason(key), 1],
      ...(as === done ? [[at.excuse(key), 1] as const] : []),
    );
    to.push(on(faulty), worker, "end", "no effect");
  }

  function work(state: State, worker: number, to: Followers): void {
    const step = get(state, at.step(worker));
    if (step === looks) look(state, worker, to);
    else if (step === claims) claim(state, worker, to);
    else if (step === runs) run(state, worker, to);
    else if (afterReopening[step] !== undefined) {
      const next = [at.step(worker), afterReopening[step]] as const;
      to.push(set(state, [at.reopened, 1], next), worker, "reopen", "ok");
      if (get(state, at.faults) > 0) {
        // It is in the log that ingress was not re-opened; a redrive still serves.
        to.push(set(state, less(state, at.faults), [at.reopened, 1], next), worker, "reopen", "no effect");
      }
    } else end(state, worker, to);
    if (get(state, at.faults) === 0) return;
    // The process dies: its copy comes again, and what it did before stays done. Where its effect had happened and its
    // record does not say so, another run is right.
    // Cut before its first write nobody has re-opened ingress, unless it was dead before; a redrive still serves.
    const unwritten = step === reopensClaims && get(state, at.state(own)) !== dead ? [[at.reopened, 1] as const] : [];
    const key = at.keyOf(get(state, at.copy(worker)));
    const cut = set(state, less(state, at.faults), [at.reason(key), 1], ...unwritten);
    to.push(release(step === endsDone ? set(cut, [at.excuse(key), 1]) : cut, worker, visible), worker, "die", "");
  }

  function deliveredTo(state: State, worker: number, copy: number, received: number) {
    const final = received >= size.receives;
    const given = [
      [at.copy(worker), copy],
      [at.final(worker), final ? 1 : 0],
    ] as const;
    if (!isReplay(copy)) {
      const step = final && protocol.lastReceive === "re-opens first" ? reopensClaims : claims;
      return [[at.step(worker), step] as const, ...given];
    }
    const before = holder(state, own);
    const waits = protocol.replay.startsWith("one record") && protocol.replay !== "one record, waits for nobody";
    return [
      [at.step(worker), waits ? looks : claims] as const,
      [at.beside(worker), before === undefined ? 0 : before + 1] as const,
      ...given,
    ];
  }

  function queue(state: State, copy: number, to: Followers): void {
    const place = get(state, at.place(copy));
    const received = get(state, at.received(copy));
    const worker = Array.from({ length: workers }, (_, one) => one).find((one) => !alive(state, one));
    if (place === visible && received >= size.receives) {
      to.push(set(state, [at.place(copy), inDlq]), -1, "dead letter", String(copy));
    } else if (place === visible && worker !== undefined) {
      const given = deliveredTo(state, worker, copy, received + 1);
      const next = set(state, [at.place(copy), inFlight], [at.received(copy), received + 1], ...given);
      to.push(next, worker, "deliver", String(copy));
    } else if (place === inFlight && worker !== undefined && get(state, at.faults) > 0 && received < size.receives) {
      // A standard queue may deliver a copy to two consumers at once.
      const given = deliveredTo(state, worker, copy, received + 1);
      const next = set(state, less(state, at.faults), [at.received(copy), received + 1], ...given);
      to.push(next, worker, "deliver", String(copy));
    }
    if (place === inDlq && get(state, at.redrives) > 0) {
      const used = size.redrives - get(state, at.redrives);
      const next = set(state, less(state, at.redrives), [at.place(copy), visible], [at.received(copy), 0]);
      to.push(set(next, [at.id(copy), at.all + used]), -1, "redrive", String(copy));
    }
  }

  function follow(state: State, labelled: boolean): Followers {
    const to = createFollowers(labelled);
    for (let worker = 0; worker < workers; worker += 1) if (alive(state, worker)) work(state, worker, to);
    for (let copy = 0; copy < at.all; copy += 1) queue(state, copy, to);
    return to;
  }

  /** Nobody works: then an event of which no copy is left has run, or lies in the DLQ with its reason. */
  function wrongEnd(state: State, key: number): string | undefined {
    const places = Array.from({ length: at.all }, (_, copy) => copy)
      .filter((copy) => at.keyOf(copy) === key)
      .map((copy) => get(state, at.place(copy)));
    if (places.includes(visible) || places.includes(inFlight)) return undefined;
    const effects = get(state, at.effects(key));
    if (!places.includes(inDlq)) return places.includes(acknowledged) && effects === 0 ? "lost for ever" : undefined;
    if (get(state, at.state(key)) === done || effects > 0) return undefined;
    if (get(state, at.reason(key)) === 0) return "dead without a reason";
    // The archive has what a replay was made of.
    return key === own && get(state, at.reopened) === 0 ? "a resend would not be served" : undefined;
  }

  const machine: Machine = {
    first: Array.from({ length: at.all }, (_, copy) => copy).reduce(
      (state, copy) => set(state, [at.place(copy), visible]),
      first,
    ),
    next: (state) => follow(state, false).states,
    wrong(state) {
      const said = consumerWrongs[get(state, at.wrong)];
      if (said !== undefined && said !== "") return said;
      for (let copy = 0; copy < at.all; copy += 1) {
        // Each copy of a dead event may run once, and once more after it was redriven, after a run of the event was cut,
        // and after one of them said that it may be tried again.
        const others = size.faults - get(state, at.faults) + size.failures - get(state, at.failures);
        if (get(state, at.deadRuns(copy)) > 1 + size.redrives + others) return "a dead event ran too often";
      }
      const working = Array.from({ length: workers }, (_, worker) => worker).some((worker) => alive(state, worker));
      if (working) return undefined;
      for (const key of at.keys) {
        const wrong = wrongEnd(state, key);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    },
  };
  return {
    ...machine,
    at,
    /** The state before any copy has been sent. */
    empty: first,
    /** The followers of a state and how each came about. */
    actions(state: State): readonly { readonly action: Action; readonly state: State }[] {
      const { states, actions } = follow(state, true);
      return states.map((follower, index) => ({ action: actions[index] as Action, state: follower }));
    },
  };
}
