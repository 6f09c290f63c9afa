import type { Context } from "aws-lambda";
import type { Invocation, VirtualTime } from "../virtual-time.ts";

/** What became of an invocation: its value, or nothing, since it was cut. */
type Ended<T> = { readonly value: T } | "cut";

export type Invocations = {
  /** Runs code as a Lambda function of so many milliseconds. What throws is cut, as on Lambda. */
  invoke<T>(
    name: string,
    timeoutMilliseconds: number,
    work: (context: Context, invocation: Invocation) => Promise<T>,
  ): Promise<Ended<T>>;
  /** Ends an invocation in the middle of whatever it does. */
  crash(invocation: Invocation): void;
};

/** @param threw Told of what a function throws: ours are to throw for nothing. */
export function createInvocations(
  time: VirtualTime,
  skew: () => number,
  threw: (name: string, error: unknown) => void,
): Invocations {
  const ends = new Map<Invocation, () => void>();
  let numbers = 1;
  const crash = (invocation: Invocation) => {
    invocation.alive = false;
    ends.get(invocation)?.();
  };
  return {
    crash,
    async invoke(name, timeoutMilliseconds, work) {
      const invocation: Invocation = {
        ...{
          name: `${name} ${numbers++}`,
          began: time.now(),
          skew: skew(),
          alive: true,
          frozenUntil: 0,
          frozenMilliseconds: 0,
          faults: [],
        },
      };
      const end = time.now() + timeoutMilliseconds;
      const context = {
        functionName: name,
        awsRequestId: "1",
        getRemainingTimeInMillis: () => end - time.now(),
      } as unknown as Context;
      const cut = Promise.withResolvers<"cut">();
      ends.set(invocation, () => cut.resolve("cut"));
      const kill = () => {
        // A frozen environment is not given the time that it slept through: what it left undone goes on when it thaws.
        const left = end + invocation.frozenMilliseconds - time.now();
        if (left > 0) timer = time.after(left, kill, invocation);
        else {
          invocation.faults.push("killed: its time was up");
          crash(invocation);
        }
      };
      let timer = time.after(timeoutMilliseconds, kill, invocation);
      const run = async () => ({ value: await time.within(invocation, () => work(context, invocation)) });
      const thrown = (error: unknown) => {
        invocation.faults.push("threw");
        threw(name, error);
        return "cut" as const;
      };
      const ended = await Promise.race([run().catch(thrown), cut.promise]);
      timer.work = undefined;
      ends.delete(invocation);
      return ended;
    },
  };
}
