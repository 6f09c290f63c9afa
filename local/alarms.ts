import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { SqsCalls } from "./aws/in-process-sqs.ts";
import type { Resource } from "./template.ts";

/** An alarm's change of state. */
export type AlarmLine = { readonly alarm: string; readonly state: "ALARM" | "OK"; readonly text: string };

type AlarmOptions = {
  readonly sqs: SqsCalls;
  readonly sqsUrl: string;
  readonly log: (line: AlarmLine) => void;
};

/**
 * Evaluates the template's alarms on the number of visible messages of a queue, once a second instead of once a
 * minute. Alarms on other metrics are not evaluated: CloudWatch is not here.
 */
export function watchAlarms(
  resources: readonly Resource[],
  options: AlarmOptions & {
    /** Defaults to a second. */
    readonly everyMilliseconds?: number;
  },
): { close(): Promise<void> } {
  const alarms = resources.filter(({ type, properties }) => {
    return type === "AWS::CloudWatch::Alarm" && properties.MetricName === "ApproximateNumberOfMessagesVisible";
  });
  const firing = new Set<string>();
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      for (const alarm of alarms) await evaluate(alarm, firing, options, stop.signal);
      await pause(options.everyMilliseconds ?? 1000, stop.signal);
    }
  })();
  return {
    async close() {
      stop.abort();
      await watching;
    },
  };
}

async function evaluate(
  { id, properties }: Resource,
  firing: Set<string>,
  options: AlarmOptions,
  abortSignal: AbortSignal,
): Promise<void> {
  const dimensions = properties.Dimensions as readonly { readonly Name: string; readonly Value: string }[];
  const queue = dimensions.find((dimension) => dimension.Name === "QueueName")?.Value ?? "";
  const QueueUrl = `${options.sqsUrl}/000000000000/${queue}`;
  const AttributeNames = ["ApproximateNumberOfMessages" as const, "ApproximateNumberOfMessagesNotVisible" as const];
  try {
    const answer = await options.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }), { abortSignal });
    const visible = Number(answer.Attributes?.ApproximateNumberOfMessages ?? 0);
    const looked = Number(answer.Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
    // Somebody who looks at dead events hides them for a moment: that is not the end of it.
    const counted = firing.has(id) ? visible + looked : visible;
    const breaching = counted > Number(properties.Threshold);
    if (breaching === firing.has(id)) return;
    if (breaching) firing.add(id);
    else firing.delete(id);
    const text = breaching ? `${visible} in ${queue}: ${properties.AlarmDescription}` : `${queue} is empty`;
    options.log({ alarm: id, state: breaching ? "ALARM" : "OK", text });
  } catch {
    // The queue is being stopped, or is down: the next second tells.
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
