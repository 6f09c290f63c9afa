import { GetQueueUrlCommand, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { queueName } from "../../infra/queue-names.ts";
import { inBatches } from "../../lambdas/aws/sqs/event-queues.ts";
import { inAscii } from "../../lambdas/core/events/envelope.ts";
import type { ArchiveBucket } from "../events/archive-bucket.ts";
import type { PlannedCopy } from "./copies.ts";
import type { Manifest } from "./manifest.ts";

/** The source of copies, and the service that takes them. */
export type CopySender = {
  readonly archive: Pick<ArchiveBucket, "envelope">;
  readonly sqs: SQSClient;
};

/** Sends copies of one processor, all of them or else it rejects: some may have been sent then. */
export function createSender(
  { id, mode, stage }: Pick<Manifest, "id" | "mode" | "stage">,
  { archive, sqs }: CopySender,
): (copies: readonly PlannedCopy[]) => Promise<void> {
  const urls = new Map<string, string>();
  const urlOf = async (queue: string) => {
    const known =
      urls.get(queue) ?? (await sqs.send(new GetQueueUrlCommand({ QueueName: queueName(stage, queue) }))).QueueUrl;
    urls.set(queue, known ?? "");
    return known;
  };
  return async (copies) => {
    const QueueUrl = await urlOf(copies[0]?.to.queue ?? "");
    const read = await Promise.all(copies.map(async ({ event }) => (await archive.envelope(event)) ?? []));
    const made = read.flat().map((envelope) => {
      if (mode === "missing") return { envelope };
      return { envelope: inAscii(JSON.stringify({ ...JSON.parse(envelope), hooklinereplay: id })) };
    });
    for (const batch of inBatches(made)) {
      const Entries = batch.map(({ envelope }, index) => {
        // A group of its own in SQS's fair queues: live events do not wait behind a replay.
        return { Id: String(index), MessageBody: envelope, MessageGroupId: `replay-${id}` };
      });
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length === 0) continue;
      throw new Error(
        `Cannot send ${Failed.length} of ${Entries.length} copies to ${copies[0]?.to.name}: SQS answered ${Failed[0]?.Code}; resume replay ${id}`,
      );
    }
  };
}
