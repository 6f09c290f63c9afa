import type { SQSClient } from "@aws-sdk/client-sqs";
import { acknowledged } from "../../../aws/fake-client.ts";
import type { Perform } from "./calls.ts";
import type { SimulatedQueue } from "./queue.ts";

type Entry = { readonly Id: string; readonly MessageBody: string };
type Input = {
  readonly QueueUrl: string;
  readonly Entries?: readonly Entry[];
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
};

/**
 * What our adapters call of an SQS client: SendMessageBatch and ChangeMessageVisibility, on simulated queues. A receipt
 * handle is the copy's id.
 */
export function createSqsClient(queues: ReadonlyMap<string, SimulatedQueue>, perform: Perform): SQSClient {
  const client = {
    async send(command: { readonly input: Input }, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      const { QueueUrl, Entries, ReceiptHandle = "", VisibilityTimeout = 0 } = command.input;
      const queue = queues.get(QueueUrl.split("/").at(-1) ?? "");
      if (queue === undefined) throw new Error(`There is no queue at ${QueueUrl}`);
      if (Entries === undefined) {
        const hide = () => queue.hide(ReceiptHandle, VisibilityTimeout * 1000);
        return await perform(`change visibility in ${queue.name}`, hide, {
          signal: abortSignal,
          detail: ReceiptHandle,
        });
      }
      const take = ({ partial }: { readonly partial?: true }) => {
        const isTaken = (_: Entry, index: number) => partial !== true || index % 2 === 1;
        const taken = Entries.filter(isTaken);
        for (const { MessageBody } of taken) queue.send(MessageBody);
        const refused = Entries.filter((entry) => !taken.includes(entry));
        return {
          Successful: acknowledged(taken),
          Failed: refused.map(({ Id }) => ({ Id, Code: "InternalError" })),
        };
      };
      return await perform(`send to ${queue.name}`, take, { signal: abortSignal });
    },
  };
  return client as unknown as SQSClient;
}
