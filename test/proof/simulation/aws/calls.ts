import type { Invocation, VirtualTime } from "../virtual-time.ts";

/** What can go wrong at an await. */
export const faultKinds = [
  "crash before",
  "crash after",
  "effect, then timeout",
  "timeout without effect",
  "throttle",
  "hang",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What becomes of one call. */
export type Fate = {
  /** On the way there and back. */
  readonly milliseconds: number;
  readonly fault?: FaultKind;
  /** The environment freezes for so long, before the call or once its effect has happened. */
  readonly freeze?: { readonly milliseconds: number; readonly when: "before" | "after" };
  /** Of a batch, SQS refuses every second entry. */
  readonly partial?: true;
};

/** One call of a port by an invocation. */
export type Call = {
  readonly number: number;
  readonly point: string;
  readonly detail: string;
  readonly invocation: Invocation;
};

export type Decide = (call: Call) => Fate;

/** Performs a call as it is fated. `own`: the effect is code of the invocation itself, which dies and freezes with it. */
export type Perform = <T>(
  point: string,
  effect: (fate: Fate) => T | Promise<T>,
  given?: { readonly signal?: AbortSignal | undefined; readonly own?: true; readonly detail?: string },
) => Promise<T>;

/** What an SDK's client takes for a timeout. */
const patienceMilliseconds = 300;

const never = <T>() => new Promise<T>(() => {});

export function createPerform(time: VirtualTime, decide: Decide, crash: (invocation: Invocation) => void): Perform {
  let calls = 0;
  return async (point, effect, { signal, own, detail = "" } = {}) => {
    const invocation = time.current();
    if (invocation === undefined) return await effect({ milliseconds: 0 });
    if (!invocation.alive) return await never();
    const fate = decide({ number: calls++, point, detail, invocation });
    const { fault, freeze, milliseconds } = fate;
    const pause = (pauseMilliseconds: number) =>
      new Promise<void>((resolve) => void time.after(pauseMilliseconds, resolve, invocation));
    const die = () => {
      crash(invocation);
      return never<never>();
    };
    if (fault !== undefined) invocation.faults.push(`${fault} at ${point}`);
    const freezeNow = (frozenMilliseconds: number) => {
      invocation.faults.push(`freeze at ${point}`);
      invocation.frozenUntil = time.now() + frozenMilliseconds;
      invocation.frozenMilliseconds += frozenMilliseconds;
    };
    if (freeze?.when === "before") {
      freezeNow(freeze.milliseconds);
      await pause(0);
    }
    if (fault === "crash before") return await die();
    if (fault === "throttle") throw new Error(`${point} was throttled`);
    if (fault === "hang") return await hang(signal, own === true);
    if (fault === "timeout without effect") {
      await pause(patienceMilliseconds);
      throw new Error(`${point} timed out`);
    }
    const travel = async () => {
      const result = own ? await effect(fate) : await landed(time, milliseconds / 2, () => effect(fate));
      if (fault === "crash after") return await die();
      if (fault === "effect, then timeout") {
        await pause(patienceMilliseconds);
        throw new Error(`${point} timed out`);
      }
      if (freeze?.when === "after") freezeNow(freeze.milliseconds);
      await pause(own ? 0 : milliseconds / 2);
      return result;
    };
    // A client of an SDK waits no longer once it is aborted; the effect may still come.
    return await (own || signal === undefined ? travel() : Promise.race([travel(), hang<never>(signal, false)]));
  };
}

/** A request that is on its way arrives, whatever becomes of its sender. */
async function landed<T>(time: VirtualTime, milliseconds: number, effect: () => T | Promise<T>): Promise<T> {
  const there = Promise.withResolvers<void>();
  time.after(milliseconds, there.resolve);
  await there.promise;
  return await effect();
}

/** A client of an SDK ends a hanging call when it is aborted; a port of ours (`own`) is taken to be worse than that. */
async function hang<T>(signal: AbortSignal | undefined, deaf: boolean): Promise<T> {
  if (signal === undefined || deaf) return await never();
  return await new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
