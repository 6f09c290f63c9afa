import { nameOf, ofType, type Resource } from "../template.ts";

/** The addition of `core/processing/process.ts` to a run's deadline: until then its event cannot be claimed again. */
const leaseMarginSeconds = 5;
const longestWaitSeconds = 5;

/**
 * The resources with shorter visibility timeouts (AWS wants 6 times the function's timeout), so that what a failed or
 * killed run held comes back in seconds. Not sooner than its lease ends, at the function's timeout plus 5 s: a copy that comes
 * back under a live lease is refused, each refusal costs a receive, and with few attempts it would go to the DLQ
 * without a retry. One more second, since the lease begins a moment after the receive; where a batch has
 * a window, that much later.
 */
export function withFastRetries(resources: readonly Resource[]): readonly Resource[] {
  const timeouts = new Map(
    ofType(resources, "AWS::Lambda::Function").map(
      (found) => [nameOf(found), Number(found.properties.Timeout)] as const,
    ),
  );
  const visibility = new Map(
    ofType(resources, "AWS::Lambda::EventSourceMapping").flatMap(({ properties }) => {
      const timeout = timeouts.get(functionName(String(properties.FunctionName)));
      const queue = String(properties.EventSourceArn).split(":").at(-1) ?? "";
      const window = Number(properties.MaximumBatchingWindowInSeconds ?? 0);
      return timeout === undefined ? [] : [[queue, window + timeout + leaseMarginSeconds + 1] as const];
    }),
  );
  return resources.map((resource) => {
    const seconds = resource.type === "AWS::SQS::Queue" ? visibility.get(nameOf(resource)) : undefined;
    if (seconds === undefined) return resource;
    const asked = Number(resource.properties.VisibilityTimeout ?? 30);
    return { ...resource, properties: { ...resource.properties, VisibilityTimeout: Math.min(asked, seconds) } };
  });
}

/**
 * How long a message stays hidden that was asked to stay so for `asked` seconds: 5 at most, whatever the back-off says.
 * More where the queue gives few receives: a second copy of an event that is being run asks for the time that is left
 * of its lease, and is refused once per wait. All these waits together must last as long as the lease and leave one
 * receive: `(receives - 1) x wait >= lease`.
 *
 * @param attributes Of the queue, its visibility timeout from {@linkcode withFastRetries}.
 */
export function shortenWait(asked: number, attributes: Readonly<Record<string, string>>): number {
  const { maxReceiveCount } = JSON.parse(attributes.RedrivePolicy || "{}") as { readonly maxReceiveCount?: number };
  if (maxReceiveCount === undefined) return asked;
  const lease = Number(attributes.VisibilityTimeout ?? 30) - 1;
  return Math.min(asked, Math.max(longestWaitSeconds, Math.ceil(lease / (maxReceiveCount - 1))));
}

/** From a name or an ARN, qualified or not. */
function functionName(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? "") : nameOrArn;
}
