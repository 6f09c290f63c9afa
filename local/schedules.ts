import { functionOf } from "./lambda/functions.ts";
import type { LambdaFunction } from "./lambda/lambda-runtime.ts";
import type { LocalLine } from "./lines.ts";
import { local, ofType, type Resource } from "./template.ts";

/** The template's schedules: each invokes its functions at its rate. */
export type Schedules = {
  /** Invokes all of them now, and waits for them: to try what comes in minutes. */
  run(): Promise<void>;
  close(): void;
};

/** @throws {TypeError} For a schedule that is no rate in minutes. */
export function startSchedules(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  log: (line: LocalLine) => void,
): Schedules {
  const schedules = ofType(resources, "AWS::Events::Rule").map(({ id, properties }) => {
    const expression = String(properties.ScheduleExpression);
    const minutes = Number(/^rate\((\d+) minutes?\)$/.exec(expression)?.[1]);
    if (!(minutes > 0))
      throw new TypeError(`Cannot run schedule ${id}: expected rate(<n> minutes), received ${expression}`);
    const targets = (properties.Targets ?? []) as readonly { readonly Arn: string }[];
    const invoke = async () => {
      for (const { Arn } of targets) {
        const lambda = functionOf(functions, Arn);
        const result = await lambda.invoke(scheduledEvent());
        if (!result.ok) log({ from: "run", text: `schedule of ${lambda.name}: ${result.errorType}` });
      }
    };
    const timer = setInterval(() => void invoke(), minutes * 60_000);
    timer.unref();
    return { invoke, timer };
  });
  return {
    async run() {
      for (const { invoke } of schedules) await invoke();
    },
    close() {
      for (const { timer } of schedules) clearInterval(timer);
    },
  };
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function scheduledEvent(): object {
  const { account, region } = local;
  const event = { version: "0", id: crypto.randomUUID(), "detail-type": "Scheduled Event", source: "aws.events" };
  return { ...event, account, time: new Date().toISOString(), region, resources: [], detail: {} };
}
